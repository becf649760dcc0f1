import { openingOf, requestOf } from '@freshet/refresh';
import { currentTrace, type Logger } from '@freshet/runtime';
import { type Accepted, awaited, newId, type Pool, type QueueRoom, type RefreshToAccept } from '@freshet/store';
import { Problem } from '../http/problem.ts';
import { type Changed, createRevaluations, type ToValue } from './revaluations.ts';

const SYSTEM = { role: 'system' } as const;

export interface Valuing {
  /** Values the portfolio again, soon and in the background. */
  changed(portfolio: Changed): void;
  /** Starts the valuations that still wait, and resolves when all are opened. */
  close(): Promise<void>;
}

/** Values changed portfolios with refreshes of role system, which no limit counts. */
export function createValuing(options: {
  pool: Pool;
  room: QueueRoom;
  accept(row: RefreshToAccept): Promise<Accepted>;
  log: Logger;
}): Valuing {
  const { pool, room, accept, log } = options;
  const atWork = new Set<Promise<void>>();
  const revaluations = createRevaluations((portfolios) => {
    const valued = value(portfolios).finally(() => atWork.delete(valued));
    atWork.add(valued);
  });

  /**
   * Names no symbol, so that nothing is fetched and repeated changes spend no quota. With `awaits` a second refresh follows, of the symbols that
   * other refreshes are fetching already.
   */
  async function value(what: ToValue): Promise<void> {
    const { portfolioId, requestId, awaits } = what;
    try {
      await valueOf(what, []);
      const symbols = awaits ? await awaited(pool, what) : [];
      if (symbols.length > 0) await valueOf(what, symbols);
    } catch (error) {
      const fields = { err: error, portfolio_id: portfolioId ?? undefined, request_id: requestId };
      log.warn(fields, 'a changed portfolio was not valued again: the next schedule values it');
    }
  }

  async function valueOf({ userId, portfolioId, requestId }: ToValue, symbols: string[]): Promise<void> {
    if (!(await room.free())) throw new Problem('queue_full');
    const reason = 'a holding or the portfolio was changed';
    const target = { user_id: userId, ...(portfolioId !== null && { portfolio_id: portfolioId }) };
    const request = requestOf('portfolio', target, { symbols, reason }, SYSTEM);
    const traceparent = currentTrace().traceparent ?? null;
    const anonymous = { keyId: null, userId, role: SYSTEM.role, remoteAddress: null, traceparent };
    const row = { ...request, ...openingOf(request), ...anonymous, id: newId('refresh'), requestId, estimate: null };
    const { outcome } = await accept({ ...row, source: 'trigger' });
    if (outcome === 'accepted') room.taken(1);
  }

  return {
    changed: revaluations.changed,
    async close() {
      revaluations.close();
      await Promise.all(atWork);
    },
  };
}
