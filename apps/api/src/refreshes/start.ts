import type { RefreshBody, RefreshKind, RefreshTarget } from '@freshet/contracts';
import type { OperationKey } from '@freshet/contracts/api';
import type { Api } from '../api.ts';
import type { Answer } from '../http/answer.ts';
import type { Ask } from '../http/ask.ts';
import { assertMayRefresh } from './may-refresh.ts';

type Started = Pick<Ask<OperationKey>, 'who' | 'requestId' | 'remoteAddress' | 'waitS' | 'gone'>;

/** Starts a refresh: 202, or with `Prefer: wait` the result with 200 when it ends in time. */
export async function start(
  api: Pick<Api, 'pool' | 'door' | 'views'>,
  ask: Started,
  what: { kind: RefreshKind; target?: RefreshTarget; body: RefreshBody },
  more: { task?: boolean } = {},
): Promise<Answer> {
  const target = what.target ?? {};
  await assertMayRefresh(api.pool, ask.who, { kind: what.kind, target, symbols: what.body.symbols });
  const { accepted, headers } = await api.door.open({
    kind: what.kind,
    target,
    body: what.body,
    who: ask.who,
    requestId: ask.requestId,
    remoteAddress: ask.remoteAddress,
  });
  const id = accepted.refresh_id;
  if (ask.waitS !== null) {
    Object.assign(headers, { 'preference-applied': `wait=${ask.waitS}`, vary: 'Prefer' });
    const known = await api.views.waitForEnd(id, ask.waitS * 1_000, ask.gone);
    if (known?.final) {
      delete headers['retry-after'];
      return { status: 200, body: known.view, headers };
    }
  }
  return { status: 202, body: more.task ? { ...accepted, task_id: id } : accepted, headers };
}
