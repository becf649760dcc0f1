import type { History, LogRow } from './row.ts';

const PAGE_ROWS = 200;

/**
 * Reads pages of the log from the database. Clients that come back together, as after a deploy, ask for the same pages, so a page is read
 * once for all who ask within a second. An older page misses nothing: later events come over the stream.
 */
export function createPages(history: History): (after: number) => Promise<LogRow[]> {
  const asked = new Map<number, Promise<LogRow[]>>();
  return (after) => {
    let page = asked.get(after);
    if (!page) {
      page = history.since(after, PAGE_ROWS);
      asked.set(after, page);
      const forget = () => asked.delete(after);
      page.then(() => setTimeout(forget, 1_000).unref(), forget);
    }
    return page;
  };
}
