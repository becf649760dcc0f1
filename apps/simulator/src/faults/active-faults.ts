import type { MarketSymbol } from '@freshet/market';
import { uniform } from '../market/noise.ts';
import { faultNamed } from './catalogue.ts';
import type { Fault, FaultSettings } from './fault.ts';

/** A request to start a fault, with filters for the calls that it hits. An absent filter matches every call. */
export interface FaultSpec {
  fault: string;
  provider?: string;
  /** `quote`, `bars`, `earnings`, `session`. */
  endpoint?: string;
  /** Matches calls that ask for one of these symbols; only these symbols' prices are changed. */
  symbols?: MarketSymbol[];
  /** The share of calls that it hits, drawn at random from the seed. */
  probability?: number;
  /** Ends after so many hits. */
  count?: number;
  /** Ends after this time. */
  forMs?: number;
  settings?: FaultSettings;
}

/** An active fault. */
export interface ActiveFault {
  id: string;
  spec: FaultSpec;
  fault: Fault;
  settings: FaultSettings;
  startedAtMs: number;
  /** The market's time when it first looked at the market. */
  firstSeen?: Date;
  /** The calls that matched its filters, and those of them that it hit. */
  seen: number;
  hits: number;
}

/** A call as the filters see it. */
export interface FilteredCall {
  provider: string;
  endpoint: string;
  symbols: readonly MarketSymbol[];
}

/** The active faults. */
export class ActiveFaults {
  #seed: number;
  #active: ActiveFault[] = [];
  #given = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Starts a fault. Throws a RangeError for a name or a setting that doesn't exist. */
  add(spec: FaultSpec, nowMs: number): ActiveFault {
    const fault = faultNamed(spec.fault);
    if (!fault) throw new RangeError(`unknown fault ${spec.fault}; --list names them all`);
    const unknown = Object.keys(spec.settings ?? {}).find((name) => !(name in (fault.settings ?? {})));
    if (unknown) throw new RangeError(`the fault ${fault.name} has no setting ${unknown}`);
    const active: ActiveFault = {
      id: `flt_${++this.#given}`,
      spec,
      fault,
      settings: { ...fault.settings, ...spec.settings },
      startedAtMs: nowMs,
      seen: 0,
      hits: 0,
    };
    this.#active.push(active);
    return active;
  }

  /** Ends one fault, all of a name, or all. Returns their number. */
  remove(idOrName?: string): number {
    const before = this.#active.length;
    this.#active = this.#active.filter(
      ({ id, fault }) => idOrName !== undefined && id !== idOrName && fault.name !== idOrName,
    );
    return before - this.#active.length;
  }

  /** Those that are not over. */
  list(nowMs: number): ActiveFault[] {
    if (this.#active.length > 0) this.#active = this.#active.filter((active) => !isOver(active, nowMs));
    return this.#active;
  }

  /** The faults that hit this call, in the order in which they were started; each hit counts. */
  hitting(call: FilteredCall, nowMs: number): ActiveFault[] {
    if (this.#active.length === 0) return [];
    return this.list(nowMs).filter((active) => {
      if (!isMeant(active.spec, call)) return false;
      active.seen += 1;
      const draw = uniform(this.#seed ^ Math.imul(active.seen, 0x9e3779b1), Number(active.id.slice(4)));
      if (draw >= (active.spec.probability ?? 1)) return false;
      active.hits += 1;
      return true;
    });
  }
}

function isOver({ spec, hits, startedAtMs }: ActiveFault, nowMs: number): boolean {
  return hits >= (spec.count ?? Infinity) || nowMs - startedAtMs >= (spec.forMs ?? Infinity);
}

function isMeant({ provider, endpoint, symbols }: FaultSpec, call: FilteredCall): boolean {
  return (
    (provider === undefined || provider === call.provider) &&
    (endpoint === undefined || endpoint === call.endpoint) &&
    (symbols === undefined || symbols.some((symbol) => call.symbols.includes(symbol)))
  );
}
