import type { Command } from 'commander';
import { withApi } from '../client/api-command.ts';
import { type ApiOptions, readSeconds, symbolList, withApiOptions } from '../client/api-options.ts';
import { CommandFailed } from '../client/failure.ts';
import { quoteTable } from '../print/quote-rows.ts';

interface QuotesOptions extends ApiOptions {
  fetch?: true;
  maxAge?: number;
}

/** Adds `freshet quotes AAPL MSFT`: the latest prices, each with its age and source. */
export function addQuotesCommand(program: Command): void {
  const command = program
    .command('quotes')
    .description('the latest prices, each with its age and source')
    .argument('<symbols...>', 'such as AAPL BRK-B ^GSPC BTC-USD EURUSD=X')
    .option('--fetch', 'ask the providers for what is older than it should be, and wait for it')
    .option('--max-age <seconds>', 'the same with your own idea of too old', readSeconds);
  withApiOptions(command).action((names: string[], options: QuotesOptions) =>
    withApi(command, options, async ({ client, print, say }) => {
      const symbols = symbolList(names);
      const found = options.fetch || options.maxAge !== undefined ? await fetched() : await stored();
      print(options.json ? `${JSON.stringify(found)}\n` : quoteTable(found.quotes));
      if (found.missing.length === 0) return;
      const text = `No price of ${found.missing.join(', ')}.`;
      if (found.quotes.length === 0) throw new CommandFailed(text, { code: 'no_price' });
      say(text);

      function stored() {
        return client.call('GET /api/v1/market-data/latest', { query: { symbols: symbols.join(',') } });
      }
      async function fetched() {
        const body = { symbols, max_age_s: options.maxAge };
        const answer = await client.call('POST /api/v1/market-data/fetch/batch', { body, waitS: 60 });
        if (!('quotes' in answer)) return stored();
        for (const { symbol, detail } of answer.failures) say(`${symbol}: ${detail}`);
        const there = new Set(answer.quotes.map(({ symbol }) => symbol));
        return { quotes: answer.quotes, missing: symbols.filter((symbol) => !there.has(symbol)) };
      }
    }),
  );
}
