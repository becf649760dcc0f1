import { createRequire } from 'node:module';
import type { CheerioAPI } from 'cheerio/slim';

const require = createRequire(import.meta.url);

/**
 * Parses a page. The parser is loaded with the first one: its sixty modules cost each worker some 20 ms of its start, and Finviz is off
 * unless it is asked for.
 */
export function parsePage(html: string): CheerioAPI {
  const { load } = require('cheerio/slim') as typeof import('cheerio/slim');
  return load(html);
}
