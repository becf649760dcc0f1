import type { PortfolioValuation } from '@freshet/contracts';
import { type EventToWrite, writeEvents } from '../events/announce.ts';
import { textArray } from '../database/binary-array.ts';
import type { Client } from '../database/pool.ts';

/** A valuation as it is stored: its holdings are arrays without names, a third of the size. */
export type CompactValuation = Omit<PortfolioValuation, 'holdings'> & { holdings: HoldingCells[] };
type Holding = PortfolioValuation['holdings'][number];
export type HoldingCells = unknown[];

const CELLS = [
  'symbol',
  'quantity',
  'price',
  'price_currency',
  'value',
  'cost',
  'profit_loss',
  'profit_loss_percent',
  'day_change',
  'day_change_percent',
  'weight',
  'target_weight',
  'drift',
  'fx_rate',
  'fx_via',
  'as_of',
  'reason',
] as const satisfies (keyof Holding)[];

/** The valuation as the API gives it. */
export function wholeValuation(compact: CompactValuation): PortfolioValuation {
  const holdings = compact.holdings.map(
    (cells) => Object.fromEntries(CELLS.map((cell, i) => [cell, cells[i]])) as Holding,
  );
  return { ...compact, holdings };
}

/** A portfolio's new valuation on its way into the store. */
export interface SnapshotToWrite {
  portfolioId: string;
  userId: string;
  version: number;
  value: string;
  inputs: string;
  /** What its event contains. */
  update: object;
}

/**
 * Replaces the snapshots of portfolios, and tells their owners and the caches in the same commit.
 *
 * @param valuations a {@link CompactValuation} for each snapshot, packed
 */
export async function writeSnapshots(
  client: Client,
  refreshId: string,
  asOf: Date,
  snapshots: SnapshotToWrite[],
  valuations: Uint8Array,
): Promise<void> {
  if (snapshots.length === 0) return;
  await Promise.all([
    client.query({
      name: 'write-snapshots',
      text: `insert into portfolio_snapshots as s (portfolio_id, version, as_of, value, valuation, inputs, refresh_id)
             select t.portfolio_id, t.version, $6, t.value, t.valuation, t.inputs, $7
             from unnest($1::text[], $2::int[], $3::numeric[], $4::json[], $5::text[])
               as t(portfolio_id, version, value, valuation, inputs)
             join portfolios p on p.id = t.portfolio_id
             on conflict (portfolio_id) do update set version = excluded.version, as_of = excluded.as_of,
               value = excluded.value, valuation = excluded.valuation, inputs = excluded.inputs, refresh_id = excluded.refresh_id
             where s.as_of <= excluded.as_of`,
      values: [
        textArray(snapshots.map((s) => s.portfolioId)),
        snapshots.map((s) => s.version),
        snapshots.map((s) => s.value),
        valuations,
        textArray(snapshots.map((s) => s.inputs)),
        asOf.toISOString(),
        refreshId,
      ],
    }),
    writeEvents(client, eventsOf(snapshots, refreshId)),
  ]);
}

/** One event of each kind for each owner, however many portfolios. */
function eventsOf(snapshots: SnapshotToWrite[], refreshId: string): EventToWrite[] {
  return [...Map.groupBy(snapshots, ({ userId }) => userId)].flatMap(([userId, own]) => [
    {
      type: 'portfolio_update' as const,
      userId,
      items: own.map(({ portfolioId, update }) => ({
        portfolio_id: portfolioId,
        user_id: userId,
        ...update,
        refresh_id: refreshId,
      })),
    },
    {
      type: 'cache_invalidation' as const,
      userId,
      items: own.map(({ portfolioId }) => ({
        type: 'portfolio',
        user_id: userId,
        portfolio_id: portfolioId,
        operation: 'valued',
      })),
    },
  ]);
}
