import { catalogue } from './variables.ts';

/** The text of `.env.example`: every variable with what it means, who reads it and its default, commented out. */
export function envExample(): string {
  const head = [
    '# Everything that Freshet reads from its environment. Copy to .env and uncomment what you change;',
    '# the environment wins over the file. Written by `npm run env:example`; a test holds it to the code.',
  ];
  const entries = catalogue().map((variable) => {
    const readers = `Read by: ${variable.readBy.join(', ')}.`;
    return [`# ${variable.doc} ${readers}`, `#${variable.name}=${variable.default ?? ''}`].join('\n');
  });
  return `${[head.join('\n'), ...entries].join('\n\n')}\n`;
}
