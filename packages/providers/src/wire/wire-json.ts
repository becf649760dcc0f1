/** The parsed body, or undefined when it isn't JSON. Numbers are doubles. */
export function parseJson(body: string): unknown {
  return parsed(body);
}

type Reviver = (key: string, value: unknown, context?: { source?: string }) => unknown;

/** What Python writes for a number that is none. It isn't JSON, so that one such price would cost all others of its batch. */
const NO_NUMBER = /(?<=[:,[]\s{0,20})(?:NaN|-?Infinity)(?=\s*[,}\]])/g;

function parsed(body: string, reviver?: Reviver): unknown {
  const text = body.charCodeAt(0) === 0xfeff ? body.slice(1) : body;
  for (const mended of [() => text, () => text.replace(NO_NUMBER, 'null')]) {
    try {
      return JSON.parse(mended(), reviver) as unknown;
    } catch {
      // Undefined says so.
    }
  }
  return undefined;
}

const LONG_NUMBER = /[\d.]{17}/;

/** As `parseJson`, but a number with more digits than a double holds arrives as the text it was written as. */
export function parseJsonExactly(body: string): unknown {
  // Walking every value again costs several times the parse: only for bodies that hold such a number at all.
  if (!LONG_NUMBER.test(body)) return parseJson(body);
  const exact: Reviver = (_key, value, context) =>
    typeof value === 'number' && context?.source !== undefined && digits(context.source) !== digits(String(value))
      ? context.source
      : value;
  return parsed(body, exact);
}

/** The significant digits of a number's text, for telling whether two texts are the same number. */
function digits(text: string): string {
  const [mantissa = ''] = text.toLowerCase().split('e');
  return mantissa.replace(/[-+.]/g, '').replace(/^0+/, '').replace(/0+$/, '');
}

/** A plain object (not a list, not null) as a record, else undefined. */
export function recordOf(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

/** A text or a number as text; empty for everything else, as an object that a careless provider has put in its place. */
export function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
