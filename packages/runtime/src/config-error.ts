/** The exit code of a process that refuses to start: EX_CONFIG of sysexits.h. */
export const CONFIG_EXIT_CODE = 78;

/** What is wrong with the configuration: every problem at once, none with a secret in it. */
export class ConfigError extends Error {
  readonly exitCode = CONFIG_EXIT_CODE;
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      `The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    );
    this.name = 'ConfigError';
    this.problems = problems;
  }
}
