import type { SimulatedAnswer, SimulatedRequest, SimulatedWindow } from '@freshet/providers';
import type { LoggedCall, Refused } from './call-log.ts';
import { preciseNowMs } from './clock.ts';
import type { ActiveFault } from './faults/active-faults.ts';
import type { Asked, Delivery, FaultedCall } from './faults/fault.ts';
import { answerInstead, meddledAnswer, meddledAsked, meddledDelivery, meddledMarket } from './faults/meddle.ts';
import { type Found, findEndpoint } from './find-endpoint.ts';
import { drawnMs } from './latency.ts';
import type { Verdict } from './limits/account.ts';
import { TERMS } from './limits/terms.ts';
import { hashText } from './market/noise.ts';
import type { Desk, Simulation } from './simulation.ts';

/** The result of one request: the answer, how it is delivered, and its entry in the log. */
export interface Outcome {
  answer: SimulatedAnswer;
  delivery: Delivery;
  logged: LoggedCall;
}

/** Keys with this beginning are rejected, so that a rejection can be tried out. */
const BAD_KEY = /^(bad|invalid)/i;

/**
 * One call to a provider, from arrival to answer. Every call is counted first. Then key, limits and session may refuse
 * it, in this order. Faults may replace any of these steps.
 */
export function takeCall(simulation: Simulation, desk: Desk, request: SimulatedRequest): Outcome {
  const arrivedMs = preciseNowMs();
  const { limits, log, faults, latency } = simulation;
  const found = findEndpoint(desk.provider, request);
  const asked: Asked = found.asked ?? { symbols: [] };
  const cost = limits.rules(desk.rulesName).cost?.(request) ?? found.cost;
  const key = desk.provider.key === 'none' ? null : desk.refusals.keyOf(request);
  const account = key === null ? null : `key_${hashText(key).toString(16)}`;
  const counters = limits.account(desk.rulesName, account);
  const verdict = counters.arrive(arrivedMs, cost);
  const refused = refusalOf(desk, request, found, key, verdict);
  const hitting = faults.hitting({ provider: desk.name, endpoint: found.name, symbols: asked.symbols }, arrivedMs);
  const logged = log.write({
    atMs: arrivedMs,
    provider: desk.name,
    account,
    endpoint: found.name,
    symbols: asked.symbols,
    cost,
    status: 0,
    durationMs: null,
    refused,
    violation: verdict.over !== null,
    faults: hitting.map((active) => active.fault.name),
  });

  const now = simulation.clock.now();
  const windows = counters.windows(arrivedMs);
  const call: FaultedCall = {
    provider: desk.provider,
    refusals: desk.refusals,
    request,
    windows: limits.windows(desk.rulesName),
    now: new Date(arrivedMs),
    settings: {},
  };
  const answer =
    answerInstead(hitting, call) ??
    (refused
      ? refusalAnswer(desk, request, refused, verdict, call.now)
      : served(found, asked, { simulation, desk, request, now, hitting })) ??
    desk.refusals.notFound(request);
  logged.status = answer.status;
  return {
    answer: withHeaders(meddledAnswer(hitting, answer, call), desk, windows, call.now),
    delivery: meddledDelivery(
      hitting,
      drawnMs(latency.byProvider.get(desk.name) ?? latency.all, simulation.seed, logged.seq),
    ),
    logged,
  };
}

function refusalOf(
  { provider }: Desk,
  request: SimulatedRequest,
  found: Found,
  key: string | null,
  verdict: Verdict,
): Refused | null {
  if (provider.key === 'required' && key === null) return 'bad_key';
  if (key !== null && BAD_KEY.test(key)) return 'bad_key';
  if (verdict.over) return verdict.bannedUntil ? 'banned' : 'over_limit';
  if (found.name === 'unknown') return 'not_found';
  return found.endpoint && provider.session?.simulated?.refuse(request) ? 'no_session' : null;
}

function refusalAnswer(
  { provider, refusals }: Desk,
  request: SimulatedRequest,
  refused: Refused,
  verdict: Verdict,
  now: Date,
): SimulatedAnswer | null | undefined {
  if (refused === 'bad_key') return refusals.badKey(request);
  if (refused === 'no_session') return provider.session?.simulated?.refuse(request);
  return verdict.over ? refusals.overLimit(verdict.over, request, now, verdict.bannedUntil) : null;
}

/** The endpoint that answers a request, and the faults that hit it. */
interface Serving {
  simulation: Simulation;
  desk: Desk;
  request: SimulatedRequest;
  /** The time of the simulated market. */
  now: Date;
  hitting: ActiveFault[];
}

/** The answer of a handshake's step, or of the endpoint, to as much of the request as the provider's terms allow. */
function served(
  { endpoint, step }: Found,
  asked: Asked,
  { simulation, desk, request, now, hitting }: Serving,
): SimulatedAnswer | undefined {
  if (!endpoint) return step;
  const objection = TERMS[desk.rulesName]?.(request, now) ?? request;
  if ('status' in objection) return objection;
  const view = meddledMarket(hitting, simulation.market, now);
  return endpoint.write(meddledAsked(hitting, asked, view), view, objection);
}

/** Adds the provider's counter headers to every answer that doesn't have them already. */
function withHeaders(answer: SimulatedAnswer, desk: Desk, windows: SimulatedWindow[], now: Date): SimulatedAnswer {
  return { ...answer, headers: { ...desk.refusals.headers(windows, now), ...answer.headers } };
}
