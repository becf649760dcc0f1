/** What a person sees while it starts; nothing with `--json`. */
export interface Progress {
  /** Runs a step and says how long it took, or that it failed. */
  step<T>(name: string, work: () => Promise<T>): Promise<T>;
  say(line: string): void;
}

/** A step that is at work. A terminal shows it until it has ended; in a file only its end would be read. */
const CLEAR_LINE = '\r\u001b[K';

export function progressOn(stream: (NodeJS.WritableStream & { isTTY?: boolean }) | null): Progress {
  let atWork: string | null = null;
  const draw = (text: string) => {
    if (stream?.isTTY) stream.write(text);
  };
  const say = (line: string) => {
    if (atWork !== null) draw(CLEAR_LINE);
    stream?.write(`${line}\n`);
    if (atWork !== null) draw(`  · ${atWork}`);
  };
  const end = (line: string) => {
    draw(CLEAR_LINE);
    atWork = null;
    say(line);
  };
  return {
    say,
    async step(name, work) {
      const began = performance.now();
      atWork = name;
      draw(`  · ${name}`);
      try {
        const result = await work();
        end(`  ✓ ${name.padEnd(28)} ${((performance.now() - began) / 1000).toFixed(1)} s`);
        return result;
      } catch (error) {
        end(`  ✗ ${name}`);
        throw error;
      }
    },
  };
}
