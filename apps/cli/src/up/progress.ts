/** What a person sees while it starts; nothing with `--json`. */
export interface Progress {
  /** Runs a step and says how long it took, or that it failed. */
  step<T>(name: string, work: () => Promise<T>): Promise<T>;
  say(line: string): void;
}

export function progressOn(stream: NodeJS.WritableStream | null): Progress {
  const say = (line: string) => void stream?.write(`${line}\n`);
  return {
    say,
    async step(name, work) {
      const began = performance.now();
      try {
        const result = await work();
        say(`  ✓ ${name.padEnd(28)} ${((performance.now() - began) / 1000).toFixed(1)} s`);
        return result;
      } catch (error) {
        say(`  ✗ ${name}`);
        throw error;
      }
    },
  };
}
