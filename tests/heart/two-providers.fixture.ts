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

/** Starts it for the tests of a file, and clears it before each. */
export function twoProviders(): TwoProviders {
  let heart: Heart;
  const story: TwoProviders = {
    get heart() {
      return heart;
    },
    scripts: {},
    on: [],
    callsTo: (name) => heart.calls.filter(({ provider }) => provider === name),
  };
  beforeAll(async () => {
    heart = await startHeart(() =>
      [
        { name: 'yahoo', batch: 100, ...story.scripts.yahoo },
        { name: 'finnhub', batch: 1, ...story.scripts.finnhub },
      ].filter(({ name }) => story.on.includes(name)),
    );
  });
  afterAll(() => heart.close());
  beforeEach(async () => {
    story.scripts = {};
    story.on = ['yahoo', 'finnhub'];
    await heart.clear();
  });
  return story;
}

/** So many symbols that are traded at all hours, so that the clock is no matter. */
export const coins = (n: number) => Array.from({ length: n }, (_, i) => `C${String(i).padStart(4, '0')}-USD`);
