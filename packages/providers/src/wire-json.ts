/** The parsed body, or undefined when it isn't JSON. Numbers are doubles. */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body.charCodeAt(0) === 0xfeff ? body.slice(1) : body) as unknown;
  } catch {
    return undefined;
  }
}

const LONG_NUMBER = /[\d.]{17}/;

/** As `parseJson`, but a number with more digits than a double holds arrives as the text it was written as. */
export function parseJsonExactly(body: string): unknown {
  // Walking every value again costs several times the parse: only for bodies that hold such a number at all.
  if (!LONG_NUMBER.test(body)) return parseJson(body);
  const exact = (_key: string, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' && context?.source !== undefined && digits(context.source) !== digits(String(value))
      ? context.source
      : value;
  try {
    return JSON.parse(body.charCodeAt(0) === 0xfeff ? body.slice(1) : body, exact) as unknown;
  } catch {
    return undefined;
  }
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
