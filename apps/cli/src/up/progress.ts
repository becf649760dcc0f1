/** What a person sees while it starts; nothing with `--json`. */
export interface Progress {
  /** Runs a step and says how long it took, or that it failed. */
  step<T>(name: string, work: () => Promise<T>): Promise<T>;
  say(line: string): void;
}

/** A terminal shows the running step until it has ended. A file gets only the line of its end. */
const CLEAR_LINE = '\r\u001b[K';

/** Longer than any step takes that goes well, also on a slow machine. */
const SLOW_AFTER_MS = 10_000;

/** @param logs the directory to look in when a step takes long; told on stderr when there is no stream */
export function progressOn(
  stream: (NodeJS.WritableStream & { isTTY?: boolean }) | null,
  { logs, slowAfterMs = SLOW_AFTER_MS }: { logs: string; slowAfterMs?: number },
): Progress {
  let atWork: string | null = null;
  const draw = (text: string) => {
    if (stream?.isTTY) stream.write(text);
  };
  const say = (line: string) => {
    if (atWork !== null) draw(CLEAR_LINE);
    stream?.write(`${line}\n`);
    if (atWork !== null) draw(`  · ${atWork}`);
  };
  const saySlow = (name: string) => {
    const line = `  … still waiting for: ${name}; see ${logs}`;
    if (stream) say(line);
    else process.stderr.write(`${line.trim()}\n`);
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
      const slow = setTimeout(() => saySlow(name), slowAfterMs);
      try {
        const result = await work();
        end(`  ✓ ${name.padEnd(28)} ${((performance.now() - began) / 1000).toFixed(1)} s`);
        return result;
      } catch (error) {
        end(`  ✗ ${name}`);
        throw error;
      } finally {
        clearTimeout(slow);
      }
    },
  };
}
