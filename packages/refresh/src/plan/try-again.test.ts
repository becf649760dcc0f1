import type { WantedItem, World } from '../ports.ts';
import { tryAgain } from './try-again.ts';

const wants = (count: number): WantedItem[] =>
  Array.from({ length: count }, (_, n) => ({
    ...{ symbol: `S${n}`, data: 'quote', class: 'equity', lane: 'yahoo', freshAfter: new Date(0) },
  }));

interface Answers {
  first?: (symbol: string) => boolean;
  proves?: boolean;
}

/** One that has failed: what it is looked at for, and what it is tried for. */
function world({ first = () => false, proves = false }: Answers = {}) {
  const seen = { looks: 0, asked: [] as boolean[] };
  const lanes = {
    unproven: () => ['fmp'],
    wouldBeFirst: (_: string, { symbol }: { symbol: string }) => ++seen.looks > 0 && first(symbol),
    couldProve: () => proves,
    historyDays: (lane: string) => (lane === 'fmp' ? 365 : 3_650),
    mayTry: async (_: string, asFirst: boolean) => seen.asked.push(asFirst) > 0,
  };
  return { seen, world: { lanes, log: { info: () => {} } } as unknown as World };
}

const tried = (of: WantedItem[]) => of.filter(({ lane }) => lane === 'fmp').length;

test('one want of a plan goes to who would be first for it', async () => {
  const [plan, given] = [wants(50), world({ first: (symbol) => Number(symbol.slice(1)) >= 40 })];
  await tryAgain(plan, false, given.world);
  expect([tried(plan), given.seen.asked]).toEqual([1, [true]]);
});

test('of many alike only some are looked at', async () => {
  const [plan, given] = [wants(20_000), world()];
  await tryAgain(plan, false, given.world);
  expect([tried(plan), given.seen.looks]).toEqual([0, 20]);
});

test('who would not be first is tried by a plan that nobody waits for', async () => {
  const [hurried, unhurried] = [wants(3), wants(3)];
  const given = world({ proves: true });
  await tryAgain(hurried, false, given.world);
  await tryAgain(unhurried, true, given.world);
  expect([tried(hurried), tried(unhurried), given.seen.asked]).toEqual([0, 1, [false]]);
});

test('history goes to nobody who reaches less far back than whom it is for', async () => {
  const [bars, given] = [wants(3).map((want) => ({ ...want, data: 'bars' as const })), world({ proves: true })];
  await tryAgain(bars, true, given.world);
  expect(tried(bars)).toBe(0);
});
