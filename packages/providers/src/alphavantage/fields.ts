/**
 * Alpha Vantage numbers its keys (`05. price`, `5. Exchange Rate`, `1a. open (USD)`) and has renumbered them over the years:
 * the same record by the words alone, lower case, without number, unit and underscores.
 */
export function byWords(record: Record<string, unknown>): Record<string, unknown> {
  const named: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(record)) {
    const words = key
      .replace(/^\s*\d+[a-z]?\.\s*/i, '')
      .replace(/_/g, ' ')
      .toLowerCase()
      .trim();
    named[words] ??= value;
  }
  return named;
}
