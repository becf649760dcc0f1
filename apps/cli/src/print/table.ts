/** Rows as aligned columns, those of numbers to the right; each line ends with a newline, and a cell has none. */
export function table(head: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string {
  const cells = rows.map((row) => row.map((cell) => (cell === null ? '–' : String(cell).replaceAll(/\s+/g, ' '))));
  const widths = head.map((title, at) => Math.max(title.length, ...cells.map((row) => row[at]?.length ?? 0)));
  const right = head.map((_, at) => rows.length > 0 && rows.every((row) => isNumber(row[at] ?? null)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => (right[at] ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd();
  return `${[line(head), ...cells.map(line)].join('\n')}\n`;
}

function isNumber(cell: string | number | null): boolean {
  return cell === null || typeof cell === 'number' || /^[+-]?[\d.,]+ ?%?$/.test(cell);
}
