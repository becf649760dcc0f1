import type { Command } from 'commander';
import { withApi } from '../client/api-command.ts';
import { type ApiOptions, withApiOptions } from '../client/api-options.ts';
import { explanationText } from '../print/explanation.ts';

/** Adds `freshet explain AAPL`: why the price is what it is. */
export function addExplainCommand(program: Command): void {
  const command = program
    .command('explain')
    .description('why a price is what it is: provider, times, checks, conversions, what it replaced')
    .argument('<symbol>');
  withApiOptions(command).action((symbol: string, options: ApiOptions) =>
    withApi(command, options, async ({ client, print }) => {
      const story = await client.call('GET /api/v1/market-data/explain/{symbol}', {
        path: { symbol: symbol.toUpperCase() },
      });
      print(options.json ? `${JSON.stringify(story)}\n` : explanationText(story));
    }),
  );
}
