import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createThreads, type Threads } from './threads.ts';
import { calculatingWorld, weekdays } from './world.fixture.ts';

/** What a job's lock lasts; it is renewed at half of that, so that the loop may never be held up for as long. */
const LOCK_MS = 10_000;
const FAR_BELOW_MS = LOCK_MS / 5;

const SYMBOLS = Array.from({ length: 300 }, (_, i) => `S${String(i).padStart(3, '0')}`);
const DAYS = weekdays('2024-01-02', 504);

const world = await calculatingWorld();
let threads: Threads;

beforeAll(async () => {
  threads = createThreads(1);
  await world.assets({ ...Object.fromEntries(SYMBOLS.map((symbol) => [symbol, {}])), '^GSPC': { class: 'index' } });
  // Two years of each, that differ from each other's and are the same at each run.
  await world.pool.query(
    `insert into daily_bars (symbol, session, close, source, fetched_at)
     select symbol, session::date, 100 * exp(sum(hashtext(symbol || session) / 2147483648.0 / 50) over (partition by symbol order by session)),
       'yahoo', now() from unnest($1::text[]) as symbol, unnest($2::text[]) as session`,
    [[...SYMBOLS, '^GSPC'], DAYS],
  );
}, 120_000);
afterAll(() => threads.close());

test('while a strategy is optimised over 300 symbols, the event loop goes on: no lock is lost to arithmetic', async () => {
  await world.pool.query(
    `insert into strategies (id, name, method, options, symbols, applies_to_index, capital)
     values ('stg_1', 'one', 'minimum_variance', '{"rebalance": {"every": "week"}}', $1, true, 10000)`,
    [SYMBOLS],
  );
  const refresh = await world.refresh({ strategies: ['stg_1'], kind: 'strategy' });
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const began = performance.now();
  const record = await world.calculate(refresh, threads);
  const tookMs = performance.now() - began;
  delay.disable();
  expect(record).toMatchObject({ status: 'success', done: 1 });
  const longestMs = delay.max / 1e6;
  expect(longestMs).toBeLessThan(FAR_BELOW_MS);
  // Held up by the arithmetic, the loop would have stood still for nearly all of the time.
  expect(longestMs).toBeLessThan(tookMs / 2);
}, 120_000);
