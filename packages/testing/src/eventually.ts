/**
 * Tries an assertion until it passes, and returns what it returned.
 * @throws the assertion's last error, if it hasn't passed within `withinMs` (default 10 s)
 */
export async function eventually<T>(
  assertion: () => T | Promise<T>,
  options: { withinMs?: number; everyMs?: number } = {},
): Promise<T> {
  const { withinMs = 10_000, everyMs = 20 } = options;
  const until = performance.now() + withinMs;
  for (;;) {
    try {
      return await assertion();
    } catch (error) {
      if (performance.now() >= until) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
