import { decimalText } from '@freshet/market';
import express, { type Express, type Request } from 'express';
import { preciseNowMs } from '../clock.ts';
import { FAULTS } from '../faults/catalogue.ts';
import { parseLimitsByProvider } from '../limits/parse-limits.ts';
import { summaryOf } from '../limits/summary.ts';
import { addDays } from '../market/day-number.ts';
import { SCENARIOS } from '../scenarios/catalogue.ts';
import { deskNamed, setLimits, type Simulation, startFault, startScenario } from '../simulation.ts';
import { callJson, faultJson } from './json.ts';
import { asProblem, notFound, problem } from './problem.ts';
import { callsQuery, faultBody, latencyBody, limitsBody, marketQuery, pricesBody } from './schemas.ts';

/** The control API below `/_simulator`, for tests and people. */
export function controlApi(simulation: Simulation): Express {
  const app = express().disable('x-powered-by').disable('etag');
  app.use(express.json({ type: () => true, strict: false }));
  const api = express.Router();
  describe(api, simulation);
  theLog(api, simulation);
  theFaults(api, simulation);
  theProviders(api, simulation);
  theMarket(api, simulation);
  app.use('/_simulator', api);
  app.use(notFound);
  app.use(asProblem);
  return app;
}

function describe(api: express.Router, simulation: Simulation): void {
  api.get('/', (_request, response) => {
    response.json({
      now: simulation.clock.now(),
      seed: simulation.seed,
      providers: namesOf(simulation),
      scenarios: SCENARIOS.map(({ name, tells }) => ({ name, tells })),
      faults: FAULTS.map(({ name, does, settings }) => ({ name, does, settings: settings ?? {} })),
      routes: api.stack.flatMap(({ route }) => (route ? `/_simulator${route.path}` : [])),
    });
  });
  // The variables that make a process use the simulator in place of the real providers.
  api.get('/environment', (request, response) => {
    const origin = `http://${request.headers.host ?? 'localhost'}`;
    response.json(environmentOf(simulation, origin));
  });
}

/**
 * The variables that point providers to a simulator, with keys that it accepts. Providers that are off or retired are
 * left out, because a base URL would switch them on.
 */
export function environmentOf({ desks }: Simulation, origin: string): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const { provider, name } of desks.values()) {
    if (provider.state !== 'on') continue;
    variables[`${provider.envPrefix}_BASE_URL`] = `${origin}/${name}`;
    if (provider.key !== 'none') variables[`${provider.envPrefix}_API_KEY`] = `simulated-${name}`;
  }
  return variables;
}

function theLog(api: express.Router, simulation: Simulation): void {
  const { log, limits } = simulation;
  api.get('/calls', (request, response) => {
    const { provider, since, after, limit } = callsQuery.parse(request.query);
    const name = provider === undefined ? undefined : deskNamed(simulation, provider).name;
    const page = [...log.calls({ provider: name, sinceMs: since, after, limit })];
    response.json({ data: page.map(callJson), next_after: page.at(-1)?.seq ?? after ?? 0, complete: !log.overflown });
  });
  api.get('/summary', (_request, response) => {
    const rulesName = (provider: string) => deskNamed(simulation, provider).rulesName;
    response.json({ providers: summaryOf(log, limits, rulesName, preciseNowMs()), complete: !log.overflown });
  });
  api.post('/reset', (_request, response) => {
    log.reset();
    limits.forget();
    simulation.faults.remove();
    simulation.market.forced.clear();
    response.json({ reset: true });
  });
}

function theFaults(api: express.Router, simulation: Simulation): void {
  const { faults } = simulation;
  api.get('/faults', (_request, response) => {
    response.json({ data: faults.list(preciseNowMs()).map(faultJson) });
  });
  api.post('/faults', (request, response) => {
    const { for_ms: forMs, ...spec } = faultBody.parse(request.body);
    response.status(201).json(faultJson(startFault(simulation, { ...spec, forMs })));
  });
  api.delete('/faults', (_request, response) => {
    response.json({ ended: faults.remove() });
  });
  api.delete('/faults/:id', (request, response) => {
    const ended = faults.remove(request.params.id);
    if (ended > 0) response.json({ ended });
    else problem(response, 404, 'unknown_fault', `No fault ${request.params.id} is at work.`);
  });
  api.post('/scenarios/:name', (request, response) => {
    startScenario(simulation, request.params.name);
    response.status(201).json({ started: request.params.name });
  });
}

function theProviders(api: express.Router, simulation: Simulation): void {
  const { limits, latency } = simulation;
  const enforced = () =>
    namesOf(simulation).map((name) => ({
      provider: name,
      windows: limits.windows(deskNamed(simulation, name).rulesName),
    }));
  api.get('/limits', (_request, response) => {
    response.json({ data: enforced() });
  });
  api.post('/limits', (request, response) => {
    const { limits: wanted = {}, enforce } = limitsBody.parse(request.body);
    const byProvider = typeof wanted === 'string' ? parseLimitsByProvider(wanted) : Object.entries(wanted);
    for (const [provider, text] of byProvider) setLimits(simulation, provider, text);
    if (enforce !== undefined) limits.setOff(!enforce);
    response.json({ data: enforced() });
  });
  api.post('/latency', (request, response) => {
    const { min_ms: minMs, max_ms: maxMs = minMs, provider } = latencyBody.parse(request.body);
    if (provider === undefined) latency.all = { minMs, maxMs };
    else latency.byProvider.set(deskNamed(simulation, provider).name, { minMs, maxMs });
    response.json({ min_ms: minMs, max_ms: maxMs, provider: provider ?? null });
  });
}

function theMarket(api: express.Router, simulation: Simulation): void {
  const { market, clock } = simulation;
  api.post('/prices', (request, response) => {
    const prices = pricesBody.parse(request.body);
    const unknown = Object.keys(prices).find((symbol) => !market.instrument(symbol));
    if (unknown) throw new RangeError(`the market doesn't know ${unknown}`);
    for (const [symbol, price] of Object.entries(prices)) {
      if (price === null) market.forced.delete(symbol);
      else market.forced.set(symbol, { price: decimalText(price), since: clock.now() });
    }
    response.json({ forced: Object.fromEntries([...market.forced].map(([symbol, { price }]) => [symbol, price])) });
  });
  api.get('/market/:symbol', (request: Request<{ symbol: string }>, response) => {
    const { symbol } = request.params;
    const { at, from, to } = marketQuery.parse(request.query);
    const view = market.at(at ? new Date(at) : clock.now());
    const instrument = market.instrument(symbol);
    if (!instrument) return problem(response, 404, 'unknown_symbol', `The market doesn't know ${symbol}.`);
    const today = view.now.toISOString().slice(0, 10);
    response.json({
      asset: instrument.asset,
      now: view.now,
      quote: view.quote(symbol) ?? null,
      earnings: view.earnings(symbol) ?? null,
      bars: view.bars(symbol, from ?? addDays(to ?? today, -7), to ?? today),
    });
  });
}

function namesOf({ desks }: Simulation): string[] {
  return [...new Set([...desks.values()].map((desk) => desk.name))];
}
