import {
  type CalculatedItem,
  dropOtherMetrics,
  type CalculatedPortfolio,
  portfoliosToCalculate,
  type SymbolToCalculate,
  touchSeries,
  writeMetrics,
  writeSeries,
  writeSnapshots,
} from '@freshet/store';
import type { PortfolioWork } from './arithmetic/calculate-portfolios.ts';
import { toShared } from './arithmetic/held-rows.ts';
import { type Digests, digestsOf, stampsOf } from './digest.ts';
import type { Held } from './holdings-in-memory.ts';
import type { Recalculating } from './recalculating.ts';

interface Planned {
  work: PortfolioWork;
  digests: Digests;
}

/** Values portfolios and measures their history; in a refresh that isn't full, only those whose inputs have changed. */
export async function recalculatePortfolios(
  ids: string[],
  on: Recalculating,
): Promise<{ items: CalculatedItem[]; metrics: number }> {
  if (ids.length === 0) return { items: [], metrics: 0 };
  const { client, refreshId } = on;
  const portfolios = await portfoliosToCalculate(client, ids);
  const held = await on.holdings.of(client, portfolios);
  const { symbols, asOf } = await on.symbols.of(client, symbolsIn(portfolios, held));
  const planned = plan(portfolios, held, symbols, on);
  const wanted = [...planned.values()].map(({ work }) => work).filter(isWork);
  if (wanted.length === 0) return { items: ids.map((id) => itemOf(id, planned, new Map())), metrics: 0 };

  const measured = wanted.filter(({ measure }) => measure !== 'no');
  const series = await on.bars.of(client, measured.length > 0 ? symbols : []);
  const done = await on.arithmetic.portfolios({
    asOf: asOf.toISOString(),
    portfolios: wanted,
    symbols,
    series,
  });
  const inputs = (id: string, of: keyof Digests) => planned.get(id)?.digests[of] ?? '';
  const failed = new Map(done.failed.map(({ portfolioId, detail }) => [portfolioId, detail]));
  const same = measured.filter(({ measure, portfolio }) => measure === 'same' && !failed.has(portfolio.id));
  const [, written, touched] = await Promise.all([
    writeSnapshots(
      client,
      refreshId,
      asOf,
      done.snapshots.map((each) => ({ ...each, inputs: inputs(each.portfolioId, 'snapshot') })),
      done.valuations,
    ),
    writeSeries(
      client,
      refreshId,
      asOf,
      done.series.map((each) => ({ ...each, inputs: inputs(each.portfolioId, 'series') })),
    ),
    touchSeries(
      client,
      refreshId,
      asOf,
      same.map(({ portfolio }) => portfolio.id),
    ),
  ]);
  // A slice with later prices may have written first. Then its series and all its metrics stay, and ours are dropped.
  const ours = new Set([...written, ...touched]);
  const overtaken = measured.map(({ portfolio }) => portfolio.id).filter((id) => !ours.has(id));
  const [metrics] = await Promise.all([
    writeMetrics(client, refreshId, asOf, done.metrics, overtaken),
    dropOtherMetrics(
      client,
      done.series
        .filter(({ portfolioId }) => ours.has(portfolioId))
        .map(({ portfolioId, periods }) => ({ subject: portfolioId, periods })),
    ),
  ]);
  return { items: ids.map((id) => itemOf(id, planned, failed)), metrics };
}

function symbolsIn(portfolios: CalculatedPortfolio[], held: ReadonlyMap<string, Held>): string[] {
  const symbols = new Set<string>();
  for (const { id, benchmark } of portfolios) {
    symbols.add(benchmark);
    for (const symbol of held.get(id)?.symbolsEver ?? []) symbols.add(symbol);
  }
  return [...symbols].sort();
}

/** What has to be done for each portfolio: nothing if the digests show that the stored results still hold. */
function plan(
  portfolios: CalculatedPortfolio[],
  held: ReadonlyMap<string, Held>,
  symbols: SymbolToCalculate[],
  { full, ahead, refreshId }: Recalculating,
): Map<string, Planned> {
  const stamps = stampsOf(symbols);
  const planned = new Map<string, Planned>();
  for (const portfolio of portfolios) {
    const own = held.get(portfolio.id) ?? NOTHING;
    const digests = digestsOf(portfolio, own, stamps);
    const holds = portfolio.seriesInputs === digests.series;
    const again = full && portfolio.seriesRefresh !== refreshId;
    const value = !ahead && (full || portfolio.snapshotInputs !== digests.snapshot);
    const measure = holds ? (again ? 'same' : 'no') : 'anew';
    const { holdings, changes } = own;
    planned.set(portfolio.id, { digests, work: { portfolio, holdings, changes, value, measure } });
  }
  return planned;
}

const isWork = ({ value, measure }: PortfolioWork): boolean => value || measure !== 'no';

const NO_ROWS = toShared('[]');
const NOTHING: Held = { holdings: NO_ROWS, changes: NO_ROWS, symbolsNow: [], symbolsEver: [], now: '', ever: '' };

function itemOf(
  id: string,
  planned: ReadonlyMap<string, Planned>,
  failed: ReadonlyMap<string, string>,
): CalculatedItem {
  const item = { subject: id, data: 'portfolio' as const };
  const own = planned.get(id);
  if (!own)
    return { ...item, state: 'skipped', reason: 'no_data', detail: 'the portfolio was deleted in the meantime' };
  const detail = failed.get(id);
  if (detail !== undefined) return { ...item, state: 'failed', reason: 'calculation', detail };
  if (!isWork(own.work))
    return { ...item, state: 'skipped', reason: 'fresh', detail: 'nothing that it is computed from has changed' };
  return { ...item, state: 'updated' };
}
