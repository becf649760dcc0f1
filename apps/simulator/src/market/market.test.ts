import { type Bar, UNIVERSE, universeAsset } from '@freshet/market';
import { SimulatedMarket } from './market.ts';

const market = new SimulatedMarket({ seed: 7 });
/** A Wednesday at noon in New York. */
const NOON = new Date('2026-11-18T17:00:00Z');
const CLOSE = new Date('2026-11-18T21:00:00Z');
const SYMBOLS = ['AAPL', 'BRK-B', 'SPY', '^GSPC', 'BTC-USD', 'EURUSD=X', 'GC=F', 'VOD.L', 'SYM00042', 'ETH-BTC'];

const later = (from: Date, ms: number) => new Date(from.getTime() + ms);
const closes = (bars: Bar[]) => bars.map((bar) => Number(bar.adjustedClose));

function dailyReturns(symbol: string): number[] {
  const prices = closes(market.at(NOON).bars(symbol, '2022-01-01', '2026-11-17'));
  return prices.slice(1).map((price, i) => Math.log(price / (prices[i] ?? price)));
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function covariance(a: number[], b: number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  return mean(a.map((value, i) => (value - meanA) * ((b[i] ?? 0) - meanB)));
}

describe('the simulated market', () => {
  test('tells the same of the same seed and moment, and another story for another seed', () => {
    const again = new SimulatedMarket({ seed: 7 }).at(NOON);
    const other = new SimulatedMarket({ seed: 8 }).at(NOON);
    for (const symbol of SYMBOLS) {
      expect(again.quote(symbol)).toEqual(market.at(NOON).quote(symbol));
      expect(again.bars(symbol, '2026-01-01', '2026-11-18')).toEqual(
        market.at(NOON).bars(symbol, '2026-01-01', '2026-11-18'),
      );
      expect(other.quote(symbol)?.price).not.toBe(again.quote(symbol)?.price);
    }
  });

  test('quotes every asset of the universe, above zero, within its day and in its currency', () => {
    for (const asset of UNIVERSE) {
      const quote = market.at(NOON).quote(asset.symbol);
      expect(quote).toBeDefined();
      if (!quote) continue;
      expect(Number(quote.price)).toBeGreaterThan(0);
      expect(Number(quote.low)).toBeLessThanOrEqual(Number(quote.price));
      expect(Number(quote.high)).toBeGreaterThanOrEqual(Number(quote.price));
      expect(quote.currency).toBe(asset.currency);
      expect(quote.quoteTime.getTime()).toBeLessThanOrEqual(NOON.getTime());
    }
  });

  test('knows synthetic symbols and crosses, and nothing else', () => {
    const view = market.at(NOON);
    for (const symbol of [
      'SYM00001',
      'SYM99999',
      'C00001-USD',
      'C99999-USD',
      'SOL-BTC',
      'BTC-EUR',
      'SEKNOK=X',
      'CHF=X',
    ]) {
      expect(view.quote(symbol)?.symbol).toBe(symbol);
    }
    for (const symbol of [
      'SYM00000',
      'SYM1',
      'C00000-USD',
      'C00001-EUR',
      'SYM00001-USD',
      'NOPE',
      'NOPE-USD',
      'USDUSD=X',
      'XXXUSD=X',
      'AAPL-USD',
    ]) {
      expect(view.quote(symbol)).toBeUndefined();
      expect(view.bars(symbol, '2026-01-01', '2026-11-18')).toEqual([]);
    }
  });

  test('makes bars whose open and close lie within high and low, one for each session of the calendar', () => {
    for (const symbol of SYMBOLS) {
      const bars = market.at(NOON).bars(symbol, '2024-11-18', '2026-11-17');
      for (const { open, high, low, close } of bars) {
        expect(Number(high)).toBeGreaterThanOrEqual(Math.max(Number(open), Number(close)));
        expect(Number(low)).toBeLessThanOrEqual(Math.min(Number(open), Number(close)));
        expect(Number(low)).toBeGreaterThan(0);
      }
    }
    const sessions = (symbol: string) => market.at(NOON).bars(symbol, '2025-01-01', '2025-12-31').length;
    expect([sessions('AAPL'), sessions('BTC-USD'), sessions('EURUSD=X')]).toEqual([250, 365, 261]);
  });

  test('ends the day with a quote that is the bar, at the time of the close', () => {
    for (const symbol of SYMBOLS) {
      const bar = market.at(later(CLOSE, 40 * 3_600_000)).bars(symbol, '2026-11-18', '2026-11-18')[0];
      const isNewYork = !/[-=]|\.L/.test(symbol) || symbol === 'BRK-B';
      const close = isNewYork ? CLOSE : new Date(symbol === 'VOD.L' ? '2026-11-18T16:30:00Z' : '2026-11-19T00:00:00Z');
      const quote = market.at(isNewYork || symbol === 'VOD.L' ? close : later(close, -1)).quote(symbol);
      if (!isNewYork && symbol !== 'VOD.L') continue;
      expect(quote?.quoteTime).toEqual(close);
      expect([quote?.open, quote?.high, quote?.low, quote?.price, quote?.volume]).toEqual([
        bar?.open,
        bar?.high,
        bar?.low,
        bar?.close,
        bar?.volume,
      ]);
    }
  });

  test('holds the close over a weekend in New York while coins go on', () => {
    const friday = market.at(new Date('2026-11-20T21:00:00Z'));
    const sunday = market.at(new Date('2026-11-22T15:00:00Z'));
    expect(sunday.quote('AAPL')).toEqual(friday.quote('AAPL'));
    expect(sunday.quote('AAPL')?.quoteTime).toEqual(new Date('2026-11-20T21:00:00Z'));
    expect(sunday.quote('BTC-USD')?.price).not.toBe(friday.quote('BTC-USD')?.price);
    expect(sunday.quote('BTC-USD')?.quoteTime).toEqual(new Date('2026-11-22T15:00:00Z'));
  });

  test('closes early on a half day', () => {
    const evening = market.at(new Date('2026-11-27T20:00:00Z')).quote('AAPL');
    expect(evening?.quoteTime).toEqual(new Date('2026-11-27T18:00:00Z'));
  });

  test('moves prices from minute to minute, with highs that only rise and volumes that only grow', () => {
    const open = new Date('2026-11-18T14:30:00Z');
    let [high, low, volume] = [0, Infinity, -1];
    const prices = new Set<string>();
    for (let minute = 0; minute <= 390; minute++) {
      const quote = market.at(later(open, minute * 60_000)).quote('NVDA');
      expect(Number(quote?.high)).toBeGreaterThanOrEqual(high);
      expect(Number(quote?.low)).toBeLessThanOrEqual(low);
      expect(Number(quote?.volume)).toBeGreaterThanOrEqual(volume);
      [high, low, volume] = [Number(quote?.high), Number(quote?.low), Number(quote?.volume)];
      prices.add(quote?.price ?? '');
    }
    expect(prices.size).toBeGreaterThan(150);
  });

  test('opens where the session’s first quote is, and closes yesterday where today looks back to', () => {
    const open = market.at(new Date('2026-11-18T14:30:00Z')).quote('MSFT');
    expect(open?.price).toBe(open?.open);
    const yesterday = market.at(NOON).bars('MSFT', '2026-11-17', '2026-11-17')[0];
    expect(open?.previousClose).toBe(yesterday?.close);
  });

  test('never rewrites history: what a bar was, it stays', () => {
    const raw = ({ session, open, high, low, close, volume }: Bar) => ({ session, open, high, low, close, volume });
    for (const symbol of SYMBOLS) {
      const then = market.at(new Date('2026-06-30T23:59:00Z')).bars(symbol, '2026-01-01', '2026-06-26').map(raw);
      const now = market.at(NOON).bars(symbol, '2026-01-01', '2026-06-26').map(raw);
      expect(now).toEqual(then);
    }
  });

  test('stands at its base price on the reference day', () => {
    const view = market.at(new Date('2026-01-01T12:00:00Z'));
    const close = Number(view.bars('BTC-USD', '2026-01-01', '2026-01-01')[0]?.open);
    expect(close / (universeAsset('BTC-USD')?.basePrice ?? 0)).toBeGreaterThan(0.85);
    expect(close / (universeAsset('BTC-USD')?.basePrice ?? 0)).toBeLessThan(1.15);
  });

  test('keeps crosses consistent with what they are made of', () => {
    const price = (symbol: string) => Number(market.at(NOON).quote(symbol)?.price);
    expect(price('EURGBP=X')).toBeCloseTo(price('EURUSD=X') / price('GBPUSD=X'), 3);
    expect(price('EURJPY=X')).toBeCloseTo(price('EURUSD=X') * price('USDJPY=X'), 0);
    expect(price('ETH-BTC')).toBeCloseTo(price('ETH-USD') / price('BTC-USD'), 4);
  });

  test('moves its symbols together as their betas say', () => {
    const index = dailyReturns('^GSPC');
    const beta = (symbol: string) => covariance(dailyReturns(symbol), index) / covariance(index, index);
    expect(beta('SPY')).toBeCloseTo(1, 2);
    expect(beta('NVDA')).toBeGreaterThan(1.4);
    expect(beta('KO')).toBeLessThan(0.7);
    const yearly = Math.sqrt(covariance(index, index) * 252);
    expect(yearly).toBeGreaterThan(0.11);
    expect(yearly).toBeLessThan(0.19);
    expect(Math.max(...index.map(Math.abs))).toBeLessThan(0.06);
  });
});

describe('corporate actions', () => {
  const withEvent = (has: (bar: Bar) => unknown) =>
    UNIVERSE.flatMap(({ symbol }) => market.at(NOON).bars(symbol, '2024-06-03', '2026-11-17').filter(has));

  test('splits are few, take effect before the open, and leave adjusted closes without a jump', () => {
    const splits = withEvent((bar) => bar.splitRatio);
    expect(splits.length).toBeGreaterThan(3);
    expect(splits.length).toBeLessThan(40);
    for (const { symbol, session, splitRatio } of splits) {
      const [before, on] = market.at(NOON).bars(symbol, '2024-05-20', session).slice(-2);
      const raw = Number(before?.close) / Number(on?.close);
      expect(raw / Number(splitRatio)).toBeGreaterThan(0.8);
      expect(raw / Number(splitRatio)).toBeLessThan(1.25);
      expect(Number(before?.adjustedClose) / Number(on?.adjustedClose)).toBeCloseTo(raw / Number(splitRatio), 1);
    }
  });

  test('a quote on the day of a split looks back at the old close on the new basis', () => {
    const split = withEvent((bar) => bar.splitRatio).find((bar) => !bar.symbol.endsWith('.L'));
    const quote = market.at(new Date(`${split?.session}T20:59:00Z`)).quote(split?.symbol ?? '');
    const ratio = Number(quote?.previousClose) / Number(quote?.price);
    expect(ratio).toBeGreaterThan(0.8);
    expect(ratio).toBeLessThan(1.25);
  });

  test('dividends come four times a year and lower the adjusted closes before them', () => {
    const bars = market.at(NOON).bars('SPY', '2025-01-01', '2025-12-31');
    const paying = bars.filter((bar) => bar.dividend);
    expect(paying).toHaveLength(4);
    const [first, last] = [bars[0], bars.at(-1)];
    const adjustment = (bar: Bar | undefined) => Number(bar?.adjustedClose) / Number(bar?.close);
    expect(adjustment(first)).toBeLessThan(adjustment(last));
    expect(adjustment(first) / adjustment(last)).toBeCloseTo(1 - 0.013, 2);
  });

  test('equities report once a quarter, on a session, and others never', () => {
    const dates = new Set<string>();
    for (let day = 0; day < 365; day++) {
      const next = market.at(later(NOON, day * 86_400_000)).earnings('AAPL');
      expect(
        next &&
          next.date >=
            later(NOON, day * 86_400_000)
              .toISOString()
              .slice(0, 10),
      ).toBe(true);
      dates.add(next?.date ?? '');
    }
    expect(dates.size).toBe(5);
    expect(market.at(NOON).earnings('SPY')).toBeUndefined();
    expect(market.at(NOON).earnings('BTC-USD')).toBeUndefined();
  });
});

describe('forced prices', () => {
  test('hold to the digit, stretch the day, and are news even when the market is closed', () => {
    const own = new SimulatedMarket({ seed: 7 });
    const sunday = new Date('2026-11-22T15:00:00Z');
    own.forced.set('AAPL', { price: '1234.5', since: sunday });
    const quote = own.at(later(sunday, 60_000)).quote('AAPL');
    expect(quote).toMatchObject({ price: '1234.5', high: '1234.5', quoteTime: sunday });
    const bar = own.at(sunday).bars('AAPL', '2026-11-20', '2026-11-20')[0];
    expect(bar?.close).toBe('1234.5');
    own.forced.clear();
    expect(own.at(sunday).quote('AAPL')).toEqual(market.at(sunday).quote('AAPL'));
  });
});
