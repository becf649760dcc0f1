import { type Heart, type ProviderScript, startHeart } from './heart.ts';

/** A heart over two providers: `yahoo`, which takes 100 symbols a call, and after it `finnhub`, which takes one. */
export interface TwoProviders {
  readonly heart: Heart;
  /** What either is to do, until the test ends. */
  scripts: Record<string, Partial<ProviderScript>>;
  /** Those that are on, until the test ends. */
  on: string[];
  callsTo(name: string): Heart['calls'];
}

/** The heart of a test file, called at its top; cleared before each test. */
export async function twoProviders(): Promise<TwoProviders> {
  const heart = await startHeart(() =>
    [
      { name: 'yahoo', batch: 100, ...story.scripts.yahoo },
      { name: 'finnhub', batch: 1, ...story.scripts.finnhub },
    ].filter(({ name }) => story.on.includes(name)),
  );
  const story: TwoProviders = {
    heart,
    scripts: {},
    on: [],
    callsTo: (name) => heart.calls.filter(({ provider }) => provider === name),
  };
  beforeEach(async () => {
    story.scripts = {};
    story.on = ['yahoo', 'finnhub'];
    await heart.clear();
  });
  return story;
}

/** So many symbols that are traded at all hours, so that the clock is no matter. */
export const coins = (n: number) => Array.from({ length: n }, (_, i) => `C${String(i).padStart(4, '0')}-USD`);
