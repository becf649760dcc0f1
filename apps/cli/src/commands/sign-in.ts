import type { Command } from 'commander';
import { withApi } from '../client/api-command.ts';
import { type ApiOptions, withApiOptions } from '../client/api-options.ts';
import { duration } from '../print/words.ts';

/** Adds `freshet sign-in`: a new link like the one that `freshet up` prints, for a browser without a key at hand. */
export function addSignInCommand(program: Command): void {
  const command = program
    .command('sign-in')
    .description('print a link that signs a browser in once, as the user of the key');
  withApiOptions(command).action((options: ApiOptions) =>
    withApi(command, options, async ({ client, print, say }) => {
      const link = await client.call('POST /api/v1/session/links');
      print(options.json ? `${JSON.stringify(link)}\n` : `${link.url}\n`);
      if (!options.json) say(`It works once, within ${duration(link.expires_in_s)}.`);
    }),
  );
}
