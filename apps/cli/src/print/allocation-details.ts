import { REASONS } from '@freshet/finance';
import type { allocateFile } from '../offline/allocate-file.ts';
import { table } from './table.ts';

type Reached = Extract<ReturnType<typeof allocateFile>, { reason: null }>;

/** What is to be traded, when there is money or something held to apply the weights to. */
export function tradesText(result: Reached): string {
  const { signals, quantities, value, cash_after: cash, left_out: left } = result;
  if (!signals) return '';
  const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;
  const trades = signals.map(({ symbol, side, quantity, value, weight, target }) => [
    ...[symbol, side, quantity, value, percent(weight), percent(target), quantities[symbol] ?? null],
  ]);
  const head = ['symbol', 'trade', 'quantity', 'value', 'now', 'target', 'held then'];
  const why = left.map(({ symbol, reason }) => `${symbol} is not traded: ${REASONS[reason]}\n`).join('');
  const sums = `value ${value}, cash when all is done ${cash}\n${why}`;
  return `\n${trades.length > 0 ? table(head, trades) : 'nothing to trade\n'}${sums}`;
}

/** The expected returns and the covariance matrix, per year. */
export function estimatesText({ estimates }: Reached): string {
  if (!estimates) return '';
  const { symbols, expected_returns: expected, covariance } = estimates;
  const rows = symbols.map((symbol, at) => [
    symbol,
    expected[at]!.toFixed(6),
    ...covariance[at]!.map((each) => each.toFixed(6)),
  ]);
  return `\n${table(['per year', 'return', ...symbols], rows)}`;
}
