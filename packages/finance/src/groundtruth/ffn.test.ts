import { join } from 'node:path';
import { describeGiven } from '@freshet/testing';
import { allMetrics } from '../metrics/all-metrics.ts';
import { drawdownDates } from '../metrics/drawdown-dates.ts';
import { growthPerCalendarYear } from '../metrics/growth.ts';
import { returnsOfPrices } from '../metrics/returns.ts';
import { correlationMatrix } from '../benchmark/correlation-matrix.ts';
import { returnTable } from '../estimates/price-table.ts';
import { priceFile } from './price-file.fixture.ts';

/**
 * Ten years of AAPL, MSFT and C. The file carries prices only, so each metric is held against its definition, worked out from
 * the prices in the plainest way.
 */
describeGiven('groundtruth', 'the metrics of real prices against their definitions', (directory) => {
  const table = priceFile(join(directory, 'ffn', 'test_data.csv'));
  const lists = table.prices.map((each) => [...each]);
  const changes = (prices: number[]): number[] => prices.slice(1).map((price, i) => price / prices[i]! - 1);
  const mean = (values: number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;
  const covariance = (a: number[], b: number[]): number => {
    const [middleA, middleB] = [mean(a), mean(b)];
    return mean(a.map((each, i) => (each - middleA) * (b[i]! - middleB)));
  };
  const deviation = (values: number[]): number =>
    Math.sqrt((covariance(values, values) * values.length) / (values.length - 1));

  test.each([0, 1, 2])('column %i', (column) => {
    const prices = lists[column]!;
    const own = changes(prices);
    const market = changes(lists[1]!);
    const { values, reasons } = allMetrics(own, market);
    expect(reasons).toEqual(
      column === 1 ? { information_ratio: 'no_active_risk', information_ratio_annualised: 'no_active_risk' } : {},
    );
    const total = prices.at(-1)! / prices[0]!;
    expect(values.cumulative_return).toBeCloseTo(total - 1, 10);
    expect(values.annualised_return).toBeCloseTo(total ** (252 / own.length) - 1, 10);
    expect(values.volatility).toBeCloseTo(deviation(own) * Math.sqrt(252), 10);
    expect(values.sharpe).toBeCloseTo((mean(own) / deviation(own)) * Math.sqrt(252), 10);
    let worst = 0;
    let high = 0;
    for (const price of prices) {
      high = Math.max(high, price);
      worst = Math.min(worst, price / high - 1);
    }
    expect(values.max_drawdown).toBeCloseTo(worst, 10);
    expect(values.calmar).toBeCloseTo(values.annualised_return! / -worst, 10);
    const ordered = own.toSorted((a, b) => a - b);
    const place = (own.length - 1) * 0.05;
    const below = ordered[Math.floor(place)]!;
    expect(values.var).toBeCloseTo(below + (ordered[Math.floor(place) + 1]! - below) * (place % 1), 12);
    expect(values.cvar).toBeCloseTo(mean(ordered.slice(0, Math.floor(place) + 1)), 12);
    expect(values.beta).toBeCloseTo(covariance(own, market) / covariance(market, market), 10);
    const active = own.map((each, i) => each - market[i]!);
    expect(values.tracking_error).toBeCloseTo(deviation(active) * Math.sqrt(252), 10);
    if (column !== 1) expect(values.information_ratio).toBeCloseTo(mean(active) / deviation(active), 10);
  });

  test('the growth per calendar year counts days', () => {
    const { returns, base, sessions } = returnsOfPrices(table.sessions, table.prices[0]!);
    const days = (Date.parse(sessions.at(-1)!) - Date.parse(base!)) / 86_400_000;
    const wanted = (lists[0]!.at(-1)! / lists[0]![0]!) ** (365.25 / days) - 1;
    expect(growthPerCalendarYear(returns, base!, sessions.at(-1)!)).toBeCloseTo(wanted, 10);
  });

  test('the deepest drawdown lies between the dates that it names', () => {
    const { returns, base, sessions } = returnsOfPrices(table.sessions, table.prices[2]!);
    const { peak, trough, recovery } = drawdownDates(returns, sessions, base)!;
    const priceOn = (session: string): number => lists[2]![table.sessions.indexOf(session)]!;
    expect(priceOn(trough) / priceOn(peak!) - 1).toBeCloseTo(allMetrics(returns).values.max_drawdown!, 12);
    // Citigroup never came back to its price of 2006 by 2014.
    expect(recovery).toBeNull();
  });

  test('the correlation matrix is symmetric, and 1 on its diagonal', () => {
    const { values, symbols } = correlationMatrix(returnTable(table));
    expect(symbols).toEqual(['AAPL', 'MSFT', 'C']);
    values.forEach((row, i) => {
      expect(row[i]).toBe(1);
      row.forEach((each, j) => expect(each).toBe(values[j]![i]));
    });
    const [a, b] = [changes(lists[0]!), changes(lists[1]!)];
    expect(values[0]![1]).toBeCloseTo(covariance(a, b) / Math.sqrt(covariance(a, a) * covariance(b, b)), 12);
  });
});
