import type { Provider } from '@freshet/providers';
import { PROVIDERS } from '@freshet/providers/registry';
import { environmentOf } from './control/control-api.ts';
import { listen } from './server.ts';
import { createSimulation, type Simulation, type SimulationOptions } from './simulation.ts';

export interface StartOptions extends Omit<SimulationOptions, 'providers'> {
  /** 0 (the default) takes a free one. */
  port?: number;
  /** The address to listen on. Loopback by default, because the control API has no access control. */
  host?: string;
  /** Other providers than the registry's. */
  providers?: readonly Provider[];
}

/** A simulator that runs in this process. */
export interface RunningSimulator {
  port: number;
  /** `http://127.0.0.1:PORT`; a provider is below `/<name>`, the control API below `/_simulator`. */
  url: string;
  /** Market, limits, faults, log: for tests that look inside instead of asking over HTTP. */
  simulation: Simulation;
  /** The variables (`YAHOO_BASE_URL`, `FINNHUB_API_KEY`, …) that point a process to this simulator. */
  environment: Record<string, string>;
  close(): Promise<void>;
}

/** Starts a simulator. Throws a RangeError for options that make no sense, before it listens. */
export async function startSimulator(options: StartOptions = {}): Promise<RunningSimulator> {
  const { port = 0, host = '127.0.0.1', providers = PROVIDERS, ...rest } = options;
  const simulation = createSimulation({ providers, ...rest });
  warmUp(simulation);
  const listening = await listen(simulation, { port, host });
  return { ...listening, simulation, environment: environmentOf(simulation, listening.url) };
}

/** Computes calendars and the day's price paths in advance, so that the first call doesn't wait for them. */
function warmUp({ market, clock }: Simulation): void {
  const view = market.at(clock.now());
  for (const symbol of view.symbols()) view.quote(symbol);
}
