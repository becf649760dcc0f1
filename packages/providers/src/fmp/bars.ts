import type { Bar, MarketSymbol } from '@freshet/market';
import { z } from 'zod';
import { assumedOf, inMajor } from '../wire/minor-units.ts';
import type { Reading } from '../provider.ts';
import { joined, reading, refusal } from '../wire/reading.ts';
import { firstNamed, UNNAMED } from '../symbols/spelling.ts';
import { zCount, zPrice, zText } from '../wire/wire-fields.ts';
import { recordOf } from '../wire/wire-json.ts';
import { rowsOf, zSession } from '../wire/wire-rows.ts';
import { fromFmp, unitOf } from './symbols.ts';

/**
 * One day in any of FMP's forms: `full` (open … close), `light` (price alone), `non-split-adjusted` and `dividend-adjusted`
 * (adjOpen … adjClose, whatever the adjustment), and `/api/v3`'s (close and adjClose side by side).
 */
const zDay = z.object({
  symbol: zText,
  date: zSession,
  open: zPrice,
  high: zPrice,
  low: zPrice,
  close: zPrice,
  price: zPrice,
  adjOpen: zPrice,
  adjHigh: zPrice,
  adjLow: zPrice,
  adjClose: zPrice,
  volume: zCount,
});

/** The days of one list; rows without any close are left out. */
export function readDays(list: unknown[], symbol: MarketSymbol, asked?: MarketSymbol[]): Reading {
  if (list.length === 0) return refusal('no_data', 'FMP has no days in this span, or no such symbol.', { symbol });
  const bars = (rowsOf(zDay, list)?.rows ?? []).flatMap((row): Bar[] => {
    const named = firstNamed(fromFmp(row.symbol, asked), symbol);
    const unit = unitOf(named);
    const own = row.close ?? row.price;
    const close = inMajor(own ?? row.adjClose, unit);
    if (close === null) return [];
    return [
      {
        symbol: named,
        session: row.date,
        open: inMajor(own ? row.open : row.adjOpen, unit),
        high: inMajor(own ? row.high : row.adjHigh, unit),
        low: inMajor(own ? row.low : row.adjLow, unit),
        close,
        volume: row.volume,
        ...(own !== null && row.adjClose !== null ? { adjustedClose: inMajor(row.adjClose, unit) } : {}),
        currency: named === UNNAMED ? null : unit.currency,
        ...assumedOf(unit),
      },
    ];
  });
  return bars.length > 0 ? reading({ bars }) : refusal('malformed', 'FMP: days without a close.', { symbol });
}

/** `/api/v3/historical-price-full`: `{symbol, historical}`, for several symbols `{historicalStockList: […]}`, `{}` for none. */
export function readHistorical(body: Record<string, unknown>, symbol: MarketSymbol, asked?: MarketSymbol[]): Reading {
  if (Array.isArray(body.historicalStockList)) {
    return joined(body.historicalStockList.map((one) => readHistorical(recordOf(one) ?? {}, symbol, asked)));
  }
  const named = firstNamed(fromFmp(typeof body.symbol === 'string' ? body.symbol : null, asked), symbol);
  if (Array.isArray(body.historical)) return readDays(body.historical, named, asked);
  return Object.keys(body).length === 0
    ? refusal('unknown_symbol', 'FMP answered with nothing: it knows no such symbol.', { symbol })
    : refusal('malformed', 'FMP: a history without days.', { symbol });
}
