import type { Provider, SimulatedRefusals } from '@freshet/providers';
import { CallLog } from './call-log.ts';
import { MarketClock, preciseNowMs } from './clock.ts';
import { type ActiveFault, ActiveFaults, type FaultSpec } from './faults/active-faults.ts';
import { type Latency, NO_LATENCY } from './latency.ts';
import { Limits } from './limits/limits.ts';
import { parseLimitsByProvider, parseWindows } from './limits/parse-limits.ts';
import { SimulatedMarket } from './market/market.ts';
import { refusalsOf } from './plain-refusals.ts';
import { scenarioNamed } from './scenarios/catalogue.ts';

export interface SimulationOptions {
  providers: readonly Provider[];
  /** The same seed gives the same prices and the same random decisions. Default 1. */
  seed?: number;
  /** Names of scenarios to start with. */
  scenarios?: readonly string[];
  latency?: Latency;
  /** `yahoo=60/min;finnhub=60/min,30/s`: windows to enforce instead of the real ones. */
  limits?: string;
  /** Enforces only the windows of `limits`. */
  noLimits?: boolean;
  /** Where the market's clock starts, and how fast it runs. */
  now?: Date;
  clockRate?: number;
  /** How many synthetic symbols are listed in whole-market answers. */
  extraSymbols?: number;
  /** Calls that the log holds. */
  logCapacity?: number;
}

/** One provider in the simulator. */
export interface Desk {
  provider: Provider;
  /** Its name in paths and in the log. */
  name: string;
  /** Its key in the real rules: the prefix of its environment variables, in lower case. */
  rulesName: string;
  refusals: Required<SimulatedRefusals>;
}

/** All state of a running simulator. */
export interface Simulation {
  seed: number;
  market: SimulatedMarket;
  clock: MarketClock;
  limits: Limits;
  faults: ActiveFaults;
  log: CallLog;
  latency: { all: Latency; byProvider: Map<string, Latency> };
  /** Keyed by every name that a path may use. */
  desks: Map<string, Desk>;
}

/** Creates a simulator's state. Throws a RangeError for an invalid limit, or an unknown scenario or provider. */
export function createSimulation(options: SimulationOptions): Simulation {
  const seed = options.seed ?? 1;
  const simulation: Simulation = {
    seed,
    market: new SimulatedMarket({ seed, extraSymbols: options.extraSymbols }),
    clock: new MarketClock({ now: options.now, rate: options.clockRate }),
    limits: new Limits({ off: options.noLimits }),
    faults: new ActiveFaults(seed),
    log: new CallLog(options.logCapacity),
    latency: { all: options.latency ?? NO_LATENCY, byProvider: new Map() },
    desks: desksOf(options.providers),
  };
  for (const [name, text] of parseLimitsByProvider(options.limits ?? '')) setLimits(simulation, name, text);
  for (const name of options.scenarios ?? []) startScenario(simulation, name);
  return simulation;
}

/** The provider of that name. Throws a RangeError that lists the known ones. */
export function deskNamed({ desks }: Simulation, name: string): Desk {
  const desk = desks.get(name.toLowerCase());
  if (desk) return desk;
  const known = [...new Set([...desks.values()].map((each) => each.name))];
  throw new RangeError(`unknown provider ${name}; known are ${known.join(', ')}`);
}

/**
 * Enforces other windows for a provider; null brings the real ones back. Throws a RangeError for a text that isn't
 * limits.
 */
export function setLimits(simulation: Simulation, provider: string, text: string | null): void {
  const { rulesName } = deskNamed(simulation, provider);
  const { limits } = simulation;
  limits.set(rulesName, text === null ? null : parseWindows(text, limits.rules(rulesName).windows));
}

/** Starts a fault. Throws a RangeError for a fault, a setting or a provider that doesn't exist. */
export function startFault(simulation: Simulation, spec: FaultSpec): ActiveFault {
  const provider = spec.provider === undefined ? undefined : deskNamed(simulation, spec.provider).name;
  return simulation.faults.add({ ...spec, provider }, preciseNowMs());
}

/** Starts all faults of a scenario, and sets its latency. Throws a RangeError for a name that doesn't exist. */
export function startScenario(simulation: Simulation, name: string): void {
  const scenario = scenarioNamed(name);
  if (!scenario) throw new RangeError(`unknown scenario ${name}; --list names them all`);
  for (const spec of scenario.faults) {
    // A scenario may name providers that this simulator doesn't serve.
    if (spec.provider === undefined || simulation.desks.has(spec.provider)) startFault(simulation, spec);
  }
  if (scenario.latency) simulation.latency.all = scenario.latency;
}

function desksOf(providers: readonly Provider[]): Map<string, Desk> {
  const desks = new Map<string, Desk>();
  for (const provider of providers) {
    const rulesName = provider.envPrefix.toLowerCase();
    const desk = { provider, name: provider.name, rulesName, refusals: refusalsOf(provider) };
    for (const name of [provider.name, rulesName, rulesName.replaceAll('_', '-'), rulesName.replaceAll('_', '')]) {
      desks.set(name, desk);
    }
  }
  return desks;
}
