import { useSignal } from '@preact/signals';
import { ask } from '../api/ask.ts';
import { portfolioHref } from '../state/route.ts';
import { session } from '../state/session.ts';
import { useSending } from '../state/use-sending.ts';
import { Dialog } from './dialog.tsx';
import { Field } from './field.tsx';

/** Makes a portfolio of one's own. */
export function NewPortfolio() {
  const open = useSignal(false);
  const { busy, trouble, keyOf, send } = useSending();
  if (session.value?.role === 'support') return null;
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string) => String(form.get(name) ?? '').trim();
    const body = { name: text('name'), currency: text('currency').toUpperCase(), cash: text('cash') || '0' };
    await send(async () => {
      const { portfolio_id } = await ask('POST /api/v1/portfolios', { body, idempotencyKey: keyOf(body) });
      location.hash = portfolioHref(portfolio_id);
    });
  };
  return (
    <>
      <button
        type="button"
        class="button"
        onClick={() => {
          open.value = true;
        }}
      >
        New portfolio
      </button>
      {open.value && (
        <Dialog
          title="New portfolio"
          close={() => {
            open.value = false;
          }}
        >
          <form class="dialog-body" onSubmit={(event) => void submit(event)}>
            <Field name="name" label="Name" required />
            <Field name="currency" label="Currency" value="USD" required />
            <Field name="cash" label="Cash" value="0" decimal />
            {trouble.value && (
              <p class="down" role="alert">
                {trouble.value}
              </p>
            )}
            <div class="actions">
              <button type="submit" class="button primary" aria-disabled={busy.value}>
                {busy.value ? 'Making it' : 'Make it'}
              </button>
            </div>
          </form>
        </Dialog>
      )}
    </>
  );
}
