import type { Estimate, RefreshAccepted, RefreshBody, RefreshKind, RefreshTarget } from '@freshet/contracts';
import { priorityOfRank } from '@freshet/contracts';
import { estimateCalls, loadOf, openingOf, requestOf } from '@freshet/refresh';
import { currentTrace, type Logger } from '@freshet/runtime';
import {
  type Accepted,
  type AcceptedToRing,
  acceptedBefore,
  acceptLimited,
  awaited,
  createAcceptBatch,
  type CreationLimits,
  createQueueRoom,
  endpointOf,
  type LimitState,
  newId,
  type Pool,
  type RefreshToAccept,
} from '@freshet/store';
import type { Principal } from '../access/principal.ts';
import { EMERGENCY } from '../access/roles.ts';
import type { ApiConfig } from '../api-config.ts';
import type { Once } from '../http/idempotency.ts';
import { limitHeaders } from '../http/limit-headers.ts';
import { Problem } from '../http/problem.ts';
import type { Providers } from './providers.ts';
import type { Ringer } from './ringer.ts';
import { type Changed, createRevaluations, type ToValue } from './revaluations.ts';
import type { RefreshScope } from './scopes.ts';

export interface Opening {
  kind: RefreshKind;
  target: RefreshTarget;
  body: RefreshBody;
  who: Principal;
  source?: 'manual' | 'trigger';
  requestId: string;
  remoteAddress: string;
  /** The idempotent request that asks for it, if it is one. */
  once?: Once | null;
  /** False: it belongs to a request that was counted already, so that no limit counts it. Default true. */
  counted?: boolean;
  /** True: the cooldown takes it for the same as another only where the symbols are the same too. Default: kind and target. */
  bySymbols?: boolean;
}

export interface Opened {
  accepted: RefreshAccepted;
  headers: Record<string, string>;
}

/** The door through which every refresh of the api comes: one row before the 202, rung after it. */
export interface Door {
  /** @throws Problem queue_full, rate_limited, forbidden, invalid_request */
  open(opening: Opening): Promise<Opened>;
  /** A portfolio was changed: it is valued again from stored prices, in the background and at nobody's expense. */
  revalue(portfolio: Changed): void;
  /** What is still to be valued again is begun now. */
  close(): Promise<void>;
}

export interface DoorParts {
  pool: Pool;
  ringer: Ringer;
  providers: Providers;
  scopeOf(kind: RefreshKind, target: RefreshTarget, symbols: string[] | null): Promise<RefreshScope>;
  config: Pick<ApiConfig, 'maxQueued' | 'limits'>;
  log: Logger;
}

const SYSTEM = { role: 'system' } as const;

export function createDoor({ pool, ringer, providers, scopeOf, config, log }: DoorParts): Door {
  const room = createQueueRoom(pool, config.maxQueued);
  const acceptUnlimited = createAcceptBatch(pool, { accepted: ringAccepted });
  const valuing = new Set<Promise<void>>();
  const revaluations = createRevaluations((portfolios) => {
    const valued = value(portfolios).finally(() => valuing.delete(valued));
    valuing.add(valued);
  });

  function ringAccepted(batch: AcceptedToRing[]): void {
    ringer.ring(batch);
    for (const each of batch) if (each.raised) ringer.raise(each);
  }

  async function accept(
    row: RefreshToAccept,
    limits: CreationLimits | null,
  ): Promise<Accepted & { outcome: 'accepted' | 'joined' }> {
    if (!limits) return passed(await acceptUnlimited(row));
    const accepted = passed(await acceptLimited(pool, row, limits));
    ringAccepted([{ ...accepted, traceparent: row.traceparent }]);
    return accepted;
  }

  async function estimateOf(kind: RefreshKind, target: RefreshTarget, symbols: string[] | null): Promise<Estimate> {
    const [scope, known] = await Promise.all([scopeOf(kind, target, symbols), providers.all()]);
    return estimateCalls(loadOf(scope.symbols), known, new Date(), scope.portfolios + scope.strategies);
  }

  /**
   * Of no symbol: nothing is fetched, so that changing a portfolio over and over spends no provider's quota. Once more with what is asked for
   * already and lands later, by others' calls.
   */
  async function value(what: ToValue): Promise<void> {
    const { portfolioId, requestId, awaits } = what;
    try {
      await valueOf(what, []);
      const symbols = awaits ? await awaited(pool, what) : [];
      if (symbols.length > 0) await valueOf(what, symbols);
    } catch (error) {
      const fields = { err: error, portfolio_id: portfolioId ?? undefined, request_id: requestId };
      log.warn(fields, 'not valued anew: the next schedule does it');
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
    const { outcome } = await acceptUnlimited({ ...row, source: 'trigger' });
    if (outcome === 'accepted') room.taken(1);
  }

  return {
    revalue: revaluations.changed,
    async close() {
      revaluations.close();
      await Promise.all(valuing);
    },
    async open(opening) {
      const { kind, target, body, who, requestId, remoteAddress } = opening;
      const { source = 'manual', once = null, counted = true, bySymbols = false } = opening;
      if (body.priority === 'emergency' && !EMERGENCY.includes(who.role)) {
        throw new Problem('forbidden', 'Emergency priority is for admins.');
      }
      const before = once && acceptedBefore(once.effects, openingOf(requestOf(kind, target, body, who)).identity);
      if (before) {
        const { id, rank, created } = before;
        return openedAs({ id, rank, coalesced: !created, estimate: before.estimate as Estimate, limits: [] });
      }
      if (!(await room.free())) throw new Problem('queue_full');
      const callbackEndpoint = body.callback_url ? await callbackOf(pool, body.callback_url, who) : null;
      const request = requestOf(kind, target, body, { role: who.role, callbackEndpoint });
      const estimate = await estimateOf(kind, target, request.symbols);
      const asks = openingOf(request);
      const { outcome, id, rank, limits } = await accept(
        {
          ...request,
          ...asks,
          ...(bySymbols && { scope: asks.identity }),
          id: newId('refresh'),
          source,
          keyId: who.keyId,
          userId: who.userId,
          role: who.role,
          requestId,
          remoteAddress,
          traceparent: currentTrace().traceparent ?? null,
          estimate,
          once,
        },
        counted ? limitsOf(who, config.limits) : null,
      );
      if (outcome === 'accepted') room.taken(1);
      return openedAs({ id, rank, coalesced: outcome === 'joined', estimate, limits });
    },
  };
}

/** The 202: where to follow it, and when it is worth to look. */
function openedAs(known: {
  id: string;
  rank: number;
  coalesced: boolean;
  estimate: Estimate;
  limits: LimitState[];
}): Opened {
  const { id, rank, coalesced, estimate, limits } = known;
  const status_url = `/api/v1/refreshes/${id}`;
  return {
    accepted: {
      status: 'queued',
      refresh_id: id,
      priority: priorityOfRank(rank),
      coalesced,
      estimate,
      status_url,
      events_url: `${status_url}/events`,
    },
    headers: {
      location: status_url,
      'retry-after': String(Math.min(60, Math.max(1, Math.ceil(estimate.duration_ms / 1_000)))),
      ...limitHeaders(limits),
    },
  };
}

/** How much a principal may create; null for internal ones, whom nothing limits. */
export function limitsOf({ role }: Pick<Principal, 'role'>, limits: ApiConfig['limits']): CreationLimits | null {
  if (role === 'system') return null;
  const { limit, perSeconds } = limits[role];
  const isUser = role === 'user';
  return {
    perWindow: { limit, seconds: perSeconds },
    burst: isUser ? { limit: limits.burst.limit, seconds: limits.burst.perSeconds } : null,
    cooldownS: isUser ? limits.cooldownMs / 1_000 : null,
  };
}

function passed(accepted: Accepted): Accepted & { outcome: 'accepted' | 'joined' } {
  if (accepted.outcome !== 'limited') return accepted;
  const { violated, limits } = accepted;
  // Every limit that is used up must be free again, not only the one that was met first.
  const waitS = Math.max(1, ...limits.filter(({ remaining }) => remaining <= 0).map(({ resetS }) => resetS));
  throw new Problem('rate_limited', {
    detail: sentence(violated, waitS),
    headers: { 'retry-after': String(waitS), ...limitHeaders(limits) },
    more: { violated: violated.name },
  });
}

function sentence({ name, limit, windowS }: LimitState, waitS: number): string {
  const again = `Try again in ${waitS} s.`;
  if (name === 'cooldown') return `The same thing was refreshed less than ${windowS} s ago. ${again}`;
  return `More than ${limit} refreshes in ${windowS} s. ${again}`;
}

/** The endpoint that a refresh calls back. @throws Problem invalid_request when it is none of the caller's */
export async function callbackOf(pool: Pool, url: string, who: Principal): Promise<string> {
  const endpoint = await endpointOf(pool, { userId: who.userId, url });
  if (endpoint) return endpoint;
  throw new Problem('invalid_request', {
    detail:
      'callback_url: is none of your registered webhook endpoints. Register it at /api/v1/webhooks/endpoints first.',
    errors: [{ pointer: '/callback_url', detail: 'is none of your registered webhook endpoints' }],
  });
}
