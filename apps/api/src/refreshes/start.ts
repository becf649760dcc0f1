import type { RefreshBody, RefreshKind, RefreshTarget } from '@freshet/contracts';
import type { OperationKey } from '@freshet/contracts/api';
import type { Api } from '../api.ts';
import type { Answer } from '../http/answer.ts';
import type { Ask } from '../http/ask.ts';
import { assertMayRefresh, targetOf } from './may-refresh.ts';

type Started = Pick<Ask<OperationKey>, 'who' | 'requestId' | 'remoteAddress' | 'waitS' | 'gone' | 'once'>;

interface ToStart {
  kind: RefreshKind;
  target?: RefreshTarget;
  body: RefreshBody;
}

/**
 * Starts a refresh and answers 202, or with `Prefer: wait` 200 and the result if it ends in time. `also`: further refreshes of the same request.
 * If the caller may not start one of them, none is started. Together they count once.
 */
export async function start(
  api: Pick<Api, 'pool' | 'door' | 'views'>,
  ask: Started,
  what: ToStart,
  more: { task?: boolean; also?: ToStart[] } = {},
): Promise<Answer> {
  const { also = [] } = more;
  const { who } = ask;
  for (const { kind, target = {}, body } of [what, ...also]) {
    await assertMayRefresh(api.pool, who, { kind, target: targetOf(who, kind, target), symbols: body.symbols });
  }
  const open = ({ kind, target: named = {}, body }: ToStart, counted: boolean) => {
    const target = targetOf(who, kind, named);
    const { requestId, remoteAddress, once } = ask;
    return api.door.open({ kind, target, body, who, requestId, remoteAddress, once, counted });
  };
  const { accepted, headers } = await open(what, true);
  // The first refresh that is new counts. Joining is free, so a joined one must not make the others free.
  let counts = accepted.coalesced;
  for (const each of also) {
    const { refresh_id, status_url, coalesced } = (await open(each, counts)).accepted;
    counts &&= coalesced;
    accepted.also = [...(accepted.also ?? []), { refresh_id, status_url }];
  }
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
