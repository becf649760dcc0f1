import type { Client } from '@freshet/client';
import type { QuoteView } from '@freshet/contracts';
import { type Command, InvalidArgumentError } from 'commander';
import { withApi } from '../client/api-command.ts';
import { onCtrlC } from '../client/ctrl-c.ts';
import { type ApiOptions, symbolList, withApiOptions } from '../client/api-options.ts';
import { quoteTable } from '../print/quote-rows.ts';
import { price } from '../print/words.ts';

interface WatchOptions extends ApiOptions {
  updates?: number;
}

/** What is told of a price on the event log. */
interface PriceUpdate {
  symbol: string;
  price: number;
  currency: string;
  source: string;
  quote_time: string;
  quality: QuoteView['quality'];
}

/** Adds `freshet watch AAPL BTC-USD`: prices as they come, until Ctrl-C. */
export function addWatchCommand(program: Command): void {
  const command = program
    .command('watch')
    .description('prices as they come, until Ctrl-C')
    .argument('[symbols...]', 'default: those of the default watchlist')
    .option('--updates <n>', 'end after so many', readCount);
  withApiOptions(command).action((names: string[], options: WatchOptions) =>
    withApi(command, options, async ({ client, print, say }) => {
      const symbols = names.length > 0 ? symbolList(names) : await watched(client);
      const stop = new AbortController();
      const onInterrupt = () => stop.abort();
      onCtrlC(onInterrupt);
      // `freshet watch | head` has read enough.
      process.stdout.once('error', onInterrupt);
      try {
        const events = client.events({
          symbols,
          types: ['price_update'],
          signal: stop.signal,
          onReconnect: () => say('The connection was lost; it is made again.'),
        });
        const { quotes, missing } = await client.call('GET /api/v1/market-data/latest', {
          query: { symbols: symbols.join(',') },
        });
        const last = new Map(quotes.map((quote) => [quote.symbol, quote.price]));
        print(options.json ? jsonLines(quotes) : quoteTable(quotes));
        if (missing.length > 0) say(`No price of ${missing.join(', ')} yet.`);
        let left = options.updates ?? Infinity;
        for await (const { type, data } of events) {
          if (type !== 'price_update') continue;
          const update = data as unknown as PriceUpdate;
          print(options.json ? `${JSON.stringify(update)}\n` : line(update, last.get(update.symbol)));
          last.set(update.symbol, update.price);
          if (--left <= 0) break;
        }
      } finally {
        process.stdout.off('error', onInterrupt);
        stop.abort();
      }
    }),
  );
}

async function watched(client: Client): Promise<string[]> {
  const path = { watchlist_id: 'default' };
  return (await client.call('GET /api/v1/watchlists/{watchlist_id}', { path })).symbols;
}

function jsonLines(quotes: readonly QuoteView[]): string {
  return quotes.map((quote) => `${JSON.stringify(quote)}\n`).join('');
}

function line(update: PriceUpdate, before?: number): string {
  const { symbol, price: now, currency, source, quote_time: time, quality } = update;
  const note = quality === 'suspect' ? '  suspect' : '';
  const arrow = before === undefined || before === now ? ' ' : now > before ? '▲' : '▼';
  return `${time.slice(11, 19)}  ${symbol.padEnd(10)} ${arrow} ${price(now)?.padStart(14)} ${currency}  ${source}${note}\n`;
}

function readCount(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a whole number of at least 1.');
}
