/** Reads a list to its end, page by page, up to `most` pages. */
export async function readAll<T>(
  readPage: (cursor: string | undefined) => Promise<{ data: T[]; next_cursor: string | null }>,
  most = 20,
): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < most; page++) {
    const { data, next_cursor } = await readPage(cursor);
    all.push(...data);
    if (next_cursor === null) break;
    cursor = next_cursor;
  }
  return all;
}
