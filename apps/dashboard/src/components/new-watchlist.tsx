import { useSignal } from '@preact/signals';
import { ask, reasonOf } from '../api/ask.ts';
import { notify } from '../state/notices.ts';
import { watchlistHref } from '../state/route.ts';
import { useSending } from '../state/use-sending.ts';

/** Makes a watchlist of one's own. */
export function NewWatchlist() {
  const writing = useSignal(false);
  const { busy, keyOf, send } = useSending();
  if (!writing.value) {
    return (
      <button
        type="button"
        onClick={() => {
          writing.value = true;
        }}
      >
        + New list
      </button>
    );
  }
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget as HTMLFormElement).get('name') ?? '').trim();
    if (name === '') return;
    await send(
      async () => {
        const body = { name };
        const { watchlist_id } = await ask('POST /api/v1/watchlists', { body, idempotencyKey: keyOf(body) });
        location.hash = watchlistHref(watchlist_id);
      },
      (error) => {
        notify(`The list was not made: ${reasonOf(error)}`, 'bad');
        return true;
      },
    );
  };
  return (
    <form class="inline-form" onSubmit={(event) => void submit(event)}>
      <input
        class="field as-written"
        name="name"
        aria-label="Name of the new list"
        placeholder="Name"
        maxLength={100}
        ref={(field) => field?.focus()}
      />
      <button type="submit" class="button" aria-disabled={busy.value}>
        Make
      </button>
    </form>
  );
}
