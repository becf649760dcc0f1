/**
 * One-dimensional arrays in Postgres' binary form. A Buffer is sent as it is: nothing is quoted here and unquoted
 * there, and numbers aren't turned into digits. For megabytes of parameters that saves most of the time.
 */
const HEADER = 20;
/** The length that stands for null. */
const NULL = -1;
const OIDS = { text: 25, json: 114, float8: 701, date: 1082, jsonb: 3802 };
/** The binary form of a jsonb is a version number followed by its text. */
const JSONB_VERSION = '\u0001';
/** Days from 1970-01-01 to 2000-01-01, which Postgres counts from. */
const EPOCH_DAYS = 10_957;

/** A `float8[]` parameter; NaN stays NaN. */
export function float8Array(values: ArrayLike<number>): Buffer {
  const buffer = headed(OIDS.float8, values.length, values.length * 12);
  for (let i = 0, at = HEADER; i < values.length; i++, at += 12) {
    buffer.writeInt32BE(8, at);
    buffer.writeDoubleBE(values[i] as number, at + 4);
  }
  return buffer;
}

/** A `date[]` parameter of days since 1970-01-01. */
export function dateArray(days: ArrayLike<number>): Buffer {
  const buffer = headed(OIDS.date, days.length, days.length * 8);
  for (let i = 0, at = HEADER; i < days.length; i++, at += 8) {
    buffer.writeInt32BE(4, at);
    buffer.writeInt32BE((days[i] as number) - EPOCH_DAYS, at + 4);
  }
  return buffer;
}

/** A `jsonb[]` parameter of JSON texts. */
export const jsonbArray = (values: readonly (string | null)[]): Buffer =>
  textArray(
    values.map((value) => (value === null ? null : JSONB_VERSION + value)),
    'jsonb',
  );

/** A `text[]` or `json[]` parameter of texts, or of their bytes; in memory of its own or in such that threads share. */
export function textArray(
  values: readonly (string | Buffer | null)[],
  type: 'text' | 'json' | 'jsonb' = 'text',
  memory: (bytes: number) => Buffer = Buffer.allocUnsafe,
): Buffer {
  const sizes = values.map(sizeOf);
  let total = 0;
  for (const size of sizes) total += Math.max(0, size) + 4;
  const buffer = headed(OIDS[type], values.length, total, memory);
  if (values.length > 0) buffer.writeInt32BE(sizes.includes(NULL) ? 1 : 0, 4);
  let at = HEADER;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as string | Buffer | null;
    at = buffer.writeInt32BE(sizes[i] as number, at);
    if (value !== null) at += typeof value === 'string' ? buffer.write(value, at) : value.copy(buffer, at);
  }
  return buffer;
}

const sizeOf = (value: string | Buffer | null): number => (value === null ? NULL : Buffer.byteLength(value));

function headed(
  oid: number,
  length: number,
  bytes: number,
  memory: (bytes: number) => Buffer = Buffer.allocUnsafe,
): Buffer {
  if (length === 0) {
    // Postgres writes an empty array without any dimension.
    const empty = Buffer.alloc(12);
    empty.writeInt32BE(oid, 8);
    return empty;
  }
  const buffer = memory(HEADER + bytes);
  buffer.writeInt32BE(1, 0);
  buffer.writeInt32BE(0, 4);
  buffer.writeInt32BE(oid, 8);
  buffer.writeInt32BE(length, 12);
  buffer.writeInt32BE(1, 16);
  return buffer;
}
