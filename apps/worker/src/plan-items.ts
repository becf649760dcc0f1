import type { Plan } from '@freshet/refresh';
import type { PlannedItem, Sliced } from '@freshet/store';

/** The plan's items as rows: those that wait for an answer, those settled at once, and those that the calculations settle. */
export function itemsOf({ wants, settled, portfolios, strategies }: Plan): Sliced<PlannedItem> {
  const waiting = (subject: string, data: string, freshAfter: Date | null = null): PlannedItem => {
    return { subject, data, state: 'waiting', reason: null, detail: null, freshAfter, nextRefreshAt: null };
  };
  return chained(
    mapped(wants, ({ symbol, data, freshAfter }) => waiting(symbol, data, freshAfter)),
    mapped(settled, ({ symbol, ...item }) => ({ ...item, subject: symbol, freshAfter: null })),
    mapped(portfolios, (subject) => waiting(subject, 'portfolio')),
    mapped(strategies, (subject) => waiting(subject, 'strategy')),
  );
}

const mapped = <T, Row>(list: readonly T[], rowOf: (one: T) => Row): Sliced<Row> => ({
  length: list.length,
  slice: (from, to) => list.slice(from, to).map(rowOf),
});

/** Several lists as one, without a copy of them all. */
function chained<Row>(...lists: Sliced<Row>[]): Sliced<Row> {
  return {
    length: lists.reduce((sum, { length }) => sum + length, 0),
    slice(from = 0, to = Infinity) {
      let before = 0;
      return lists.flatMap((list) => {
        const rows = list.slice(Math.max(0, from - before), Math.max(0, to - before));
        before += list.length;
        return rows;
      });
    },
  };
}
