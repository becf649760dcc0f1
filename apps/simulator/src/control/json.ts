import type { LoggedCall } from '../call-log.ts';
import type { ActiveFault } from '../faults/active-faults.ts';

/** A call as the log tells of it. */
export function callJson(call: LoggedCall) {
  return {
    seq: call.seq,
    at_ms: call.atMs,
    provider: call.provider,
    account: call.account,
    endpoint: call.endpoint,
    symbols: call.symbols,
    cost: call.cost,
    status: call.status,
    duration_ms: call.durationMs,
    refused: call.refused,
    violation: call.violation,
    faults: call.faults,
  };
}

/** An active fault. */
export function faultJson({ id, fault, spec, settings, startedAtMs, seen, hits }: ActiveFault) {
  const { forMs, ...filters } = spec;
  return {
    id,
    ...filters,
    fault: fault.name,
    for_ms: forMs,
    settings,
    started_at: new Date(startedAtMs),
    seen,
    hits,
  };
}
