/** No provider has given a quote since the start. */
export class NoQuotes extends Error {
  constructor(failing: readonly string[], page: string, logs: string) {
    super(
      [
        failing.length > 0
          ? 'No quote has come: every provider that was asked fails. They are asked again and again; what is stored is served meanwhile.'
          : 'No quote has come yet.',
        ...failing.map((line) => `  ${line}`),
        `More at ${page} and in ${logs}`,
      ].join('\n'),
    );
    this.name = 'NoQuotes';
  }
}
