import { testDatabase } from '@freshet/testing';
import { dateArray, float8Array, jsonbArray, textArray } from './binary-array.ts';
import { packJson, packMetrics } from '../follow/packed.ts';
import { createPool, type Pool } from './pool.ts';

let pool: Pool;
let drop: () => Promise<void>;

beforeAll(async () => {
  const database = await testDatabase({ empty: true });
  pool = createPool({ url: database.url, max: 1 });
  drop = () => database.drop();
});
afterAll(async () => {
  await pool.end();
  await drop();
});

async function read(type: string, array: Uint8Array): Promise<unknown> {
  const { rows } = await pool.query<{ it: unknown }>(`select to_json($1::${type}[]) as it`, [array]);
  return rows[0]?.it;
}

const AWKWARD = ['', 'plain', '{"a":1}', 'a "quoted" \\ back', 'two\nlines', 'Zürich 東京 🜁', 'NULL', '{}', "o'clock"];

test.each([
  ['none', []],
  ['one', ['AAPL']],
  ['awkward ones', AWKWARD],
  ['nothing among them', ['a', null, 'b', null]],
])('texts arrive as they were: %s', async (_, values) => {
  expect(await read('text', textArray(values))).toEqual(values);
});

test('JSON arrives as it was, of both kinds, with nothing among it', async () => {
  const values = [{ a: 1, b: AWKWARD }, [], 'text', 1.5, true];
  const texts = values.map((value) => JSON.stringify(value));
  expect(await read('json', packJson(texts))).toEqual(values);
  expect(await read('jsonb', jsonbArray([...texts, null]))).toEqual([...values, null]);
  expect(await read('jsonb', jsonbArray([]))).toEqual([]);
});

test('what isn’t JSON is refused, whichever way it comes', async () => {
  await expect(read('json', packJson(['{"a":']))).rejects.toThrow('json');
  await expect(read('jsonb', jsonbArray(['{"a":']))).rejects.toThrow('json');
});

test('numbers and days arrive as they were', async () => {
  expect(await read('float8', float8Array([0, -1.5, 1e300, 0.1]))).toEqual([0, -1.5, 1e300, 0.1]);
  expect(await read('date', dateArray([0, 20_000]))).toEqual(['1970-01-01', '2024-10-04']);
});

test('packed metrics are columns of the same length, in memory that threads share', async () => {
  const packed = packMetrics([
    { subject: 'pf_1', period: '1y', values: '{"beta":1}' },
    { subject: 'pf_2', period: 'all', values: '{}' },
  ]);
  expect(packed.count).toBe(2);
  expect(packed.values.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(await read('text', packed.subjects)).toEqual(['pf_1', 'pf_2']);
  expect(await read('text', packed.periods)).toEqual(['1y', 'all']);
  expect(await read('json', packed.values)).toEqual([{ beta: 1 }, {}]);
});
