import type {
  Estimate,
  RefreshAccepted,
  RefreshBody,
  RefreshKind,
  RefreshRequest,
  RefreshTarget,
} from '@freshet/contracts';
import { priorityOfRank } from '@freshet/contracts';
import { estimateCalls, loadOf, openingOf, requestOf } from '@freshet/refresh';
import { currentTrace, type Logger } from '@freshet/runtime';
import {
  type Accepted,
  type AcceptedToRing,
  acceptedBefore,
  acceptLimited,
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
import type { ApiConfig } from '../api-config.ts';
import type { Once } from '../http/idempotency.ts';
import { limitHeaders } from '../http/limit-headers.ts';
import { Problem } from '../http/problem.ts';
import { limitsOf, passed } from './creation-limits.ts';
import { assertPriority } from './may-refresh.ts';
import type { Providers } from './providers.ts';
import type { Ringer } from './ringer.ts';
import type { Changed } from './revaluations.ts';
import type { RefreshScope } from './scopes.ts';
import { createValuing } from './valuing.ts';

export interface Opening {
  kind: RefreshKind;
  target: RefreshTarget;
  body: RefreshBody;
  who: Principal;
  source?: 'manual' | 'trigger';
  requestId: string;
  remoteAddress: string;
  /** Set if the request has an Idempotency-Key. */
  once?: Once | null;
  /** False: the request was counted already, so this refresh counts against no limit. Default true. */
  counted?: boolean;
  /** True: the cooldown compares symbols, too. By default it compares kind and target only. */
  bySymbols?: boolean;
}

export interface Opened {
  accepted: RefreshAccepted;
  headers: Record<string, string>;
}

/** Opens every refresh of the api: writes its row before the 202, and rings after it. */
export interface Door {
  /** @throws Problem queue_full, rate_limited, forbidden, invalid_request */
  open(opening: Opening): Promise<Opened>;
  /** Values a changed portfolio again from stored prices, in the background and without counting against limits. */
  revalue(portfolio: Changed): void;
  /** Starts the valuations that still wait. */
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

export function createDoor({ pool, ringer, providers, scopeOf, config, log }: DoorParts): Door {
  const room = createQueueRoom(pool, config.maxQueued);
  const acceptUnlimited = createAcceptBatch(pool, { accepted: ringAccepted });
  const valuing = createValuing({ pool, room, accept: acceptUnlimited, log });

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

  async function estimateOf({ kind, target, symbols, priority }: RefreshRequest): Promise<Estimate> {
    const [scope, known] = await Promise.all([scopeOf(kind, target, symbols), providers.all()]);
    const calculations = scope.portfolios + scope.strategies;
    return estimateCalls(loadOf(scope.symbols), known, new Date(), calculations, {}, priority);
  }

  return {
    revalue: valuing.changed,
    close: valuing.close,
    async open(opening) {
      const { kind, target, body, who, requestId, remoteAddress } = opening;
      const { source = 'manual', once = null, counted = true, bySymbols = false } = opening;
      assertPriority(who, body);
      const before = once && acceptedBefore(once.effects, openingOf(requestOf(kind, target, body, who)).identity);
      if (before) {
        const { id, rank, created } = before;
        return openedAs({ id, rank, coalesced: !created, estimate: before.estimate as Estimate, limits: [] });
      }
      if (!(await room.free())) throw new Problem('queue_full');
      const callbackEndpoint = body.callback_url ? await callbackOf(pool, body.callback_url, who) : null;
      const request = requestOf(kind, target, body, { role: who.role, callbackEndpoint });
      const estimate = await estimateOf(request);
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

/** The 202 answer of an opened refresh. */
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

/** The webhook endpoint of a callback_url. @throws Problem invalid_request if the caller has no such endpoint */
export async function callbackOf(pool: Pool, url: string, who: Principal): Promise<string> {
  const endpoint = await endpointOf(pool, { userId: who.userId, url });
  if (endpoint) return endpoint;
  throw new Problem('invalid_request', {
    detail: 'callback_url: is not one of your webhook endpoints. Register it first: POST /api/v1/webhooks/endpoints.',
    errors: [{ pointer: '/callback_url', detail: 'is not one of your webhook endpoints' }],
  });
}
