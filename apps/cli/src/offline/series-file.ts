import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { isSessionDate } from '@freshet/calendar';

/** A CSV file with a date column, then one column of numbers per series. */
export interface SeriesFile {
  /** Ascending, `YYYY-MM-DD`. */
  dates: string[];
  names: string[];
  /** One array per name; NaN where a cell is empty. */
  columns: Float64Array[];
}

/** How people and programs write that there is no value. */
const NO_VALUE = new Set(['', 'nan', 'na', 'n/a', 'null', 'none', '-']);

/**
 * Reads a CSV file of series. Rows may be in any order; a date may stand only once. Dates are `YYYY-MM-DD` (a time behind it
 * is ignored), or `M/D/YYYY` where a row of the file shows that it is no `D/M/YYYY`.
 *
 * @throws Error that says what is wrong with the file, and in which line
 */
export function readSeriesFile(path: string): SeriesFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Error(`${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
  return parseSeries(text, path);
}

/** {@link readSeriesFile} of a text; `source` names it in errors. */
export function parseSeries(text: string, source: string): SeriesFile {
  const [head, ...rows] = readRows(text, source);
  const names = readHeader(head?.cells ?? [], source);
  refuseDoubtfulDates(rows);
  const read = rows.map(({ cells, where }) => {
    const most = names.length + 1;
    if (cells.length > most) throw new Error(`${where}: ${cells.length} cells, but the header has ${most}.`);
    return {
      date: readDate(cells[0]!, where),
      cells: names.map((name, column) => readCell(cells[column + 1], name, where)),
    };
  });
  read.sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
  const repeated = read.find(({ date }, at) => at > 0 && read[at - 1]!.date === date);
  if (repeated) throw new Error(`${source} has two rows for ${repeated.date}.`);
  return {
    dates: read.map(({ date }) => date),
    names,
    columns: names.map((_, column) => Float64Array.from(read, ({ cells }) => cells[column]!)),
  };
}

interface Row {
  cells: string[];
  /** Its file and line, for errors. */
  where: string;
}

/** The rows that aren't empty. */
function readRows(text: string, source: string): Row[] {
  if (text.includes('\0')) throw new Error(`${source} is not UTF-8 text.`);
  try {
    const options = { bom: true, trim: true, skip_empty_lines: true, relax_column_count: true };
    const rows: Row[] = [];
    parse(text, {
      ...options,
      on_record: (cells: string[], { lines }) => {
        rows.push({ cells, where: `${source}, line ${lines}` });
        return null;
      },
    });
    return rows;
  } catch (cause) {
    throw new Error(`${source} is not CSV: ${(cause as Error).message}`, { cause });
  }
}

/** The names of the series. */
function readHeader([date = '', ...names]: string[], source: string): string[] {
  if (names.length === 0) {
    const other = date.includes(';') ? 'semicolons' : date.includes('\t') ? 'tabs' : null;
    const why = other ? ` Its cells are divided by ${other}; commas are needed, and points in decimals.` : '';
    throw new Error(`${source} needs a header: a date column, then one column per series.${why}`);
  }
  // Without this, the first row of values would be lost, and its values would name the series.
  if (dateIn(date)) throw new Error(`${source} needs a header, but begins with the row of ${date}.`);
  const named = names.map((name, at) => name || `column ${at + 2}`);
  const twice = named.find((name, at) => named.indexOf(name) !== at);
  if (twice !== undefined) throw new Error(`${source} has two columns named ${twice}.`);
  return named;
}

const ISO = /^(\d{4}-\d{2}-\d{2})(?!\d)/;
const SLASHED = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/;

/** 04/01/2024 is January in most of the world: one row with a day above 12 says which of the two is the month. */
function refuseDoubtfulDates(rows: readonly Row[]): void {
  const slashed = rows.flatMap(({ cells: [text = ''], where }) => {
    const found = SLASHED.exec(text);
    return found ? [{ text, where, first: Number(found[1]), second: Number(found[2]) }] : [];
  });
  const [doubtful] = slashed;
  if (doubtful === undefined || slashed.some(({ second }) => second > 12)) return;
  const { text, where } = doubtful;
  const why = slashed.some(({ first }) => first > 12)
    ? 'is day/month/year, which is not read'
    : 'could be month/day or day/month, and no row of the file shows which';
  throw new Error(`${where}: “${text}” ${why}. Write dates as YYYY-MM-DD.`);
}

function readDate(text: string, where: string): string {
  const date = dateIn(text);
  if (!date) throw new Error(`${where}: “${text}” is not a date (YYYY-MM-DD).`);
  return date;
}

function dateIn(text: string): string | null {
  const iso = ISO.exec(text)?.[1];
  if (iso && isSessionDate(iso)) return iso;
  const [, month, day, year] = SLASHED.exec(text) ?? [];
  const turned = `${year}-${month?.padStart(2, '0')}-${day?.padStart(2, '0')}`;
  return year && isSessionDate(turned) ? turned : null;
}

function readCell(text: string | undefined, name: string, where: string): number {
  if (text === undefined || NO_VALUE.has(text.toLowerCase())) return Number.NaN;
  const value = Number(text);
  if (!Number.isFinite(value)) throw new Error(`${where}, ${name}: “${text}” is not a number.`);
  return value;
}
