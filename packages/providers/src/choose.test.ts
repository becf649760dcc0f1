import { DATA_KINDS } from '@freshet/contracts';
import { ASSET_CLASSES } from '@freshet/market';
import { chainFor, couldProve, type Standing, unprovenFor, type Wanted, whyNobody } from './choose.ts';
import { PREFERENCE } from './preference.ts';
import { PROVIDERS } from './registry.ts';

const well: Standing = { enabled: true, breaker: 'closed', reliability: 1, quotaLeft: 100 };
const apple: Wanted = { class: 'equity', data: 'quote', symbol: 'AAPL' };

function chain(wanted: Wanted, changes: Record<string, Partial<Standing>> = {}, tried: string[] = []): string[] {
  const usual: Record<string, Partial<Standing>> = { finviz: { enabled: false }, iex: { enabled: false } };
  const standing = (name: string) => ({ ...well, ...usual[name], ...changes[name] });
  return chainFor(wanted, { providers: PROVIDERS, standing, tried });
}

describe('the chain of providers', () => {
  test('of an equity begins with Yahoo and ends with Alpha Vantage, the last resort', () => {
    expect(chain(apple)).toEqual(['yahoo', 'finnhub', 'twelvedata', 'fmp', 'polygon', 'alphavantage']);
  });

  test('of a crypto pair begins with Binance and CoinGecko', () => {
    expect(chain({ class: 'crypto', data: 'quote', symbol: 'BTC-USD' }).slice(0, 3)).toEqual([
      'binance',
      'coingecko',
      'cryptocompare',
    ]);
  });

  test('leaves out those that were tried, are off or have had their key refused', () => {
    const changes = { finnhub: { enabled: false }, fmp: { breaker: 'off' as const } };
    expect(chain(apple, changes, ['yahoo'])).toEqual(['twelvedata', 'polygon', 'alphavantage']);
  });

  test.each(ASSET_CLASSES)('of daily bars of %s has those last whose history is short of two years', (assetClass) => {
    const reach = PREFERENCE.bars[assetClass].map(
      (name) => PROVIDERS.find((provider) => provider.name === name)?.serves.bars?.historyDays ?? Infinity,
    );
    const short = reach.map((days) => days < 730);
    expect(short).toEqual(short.toSorted((a, b) => Number(a) - Number(b)));
  });

  test('of a symbol that hardly exists spares those with few calls a day', () => {
    const changes = { alphavantage: { scarce: true } };
    expect(chain({ ...apple, doubtful: true }, changes, ['yahoo', 'finnhub'])).toEqual([
      'twelvedata',
      'fmp',
      'polygon',
    ]);
    expect(chain(apple, changes, ['yahoo', 'finnhub'])).toContain('alphavantage');
  });

  test('puts those that limp behind those that work, then those whose quota is spent, then those that fail', () => {
    const changes: Record<string, Partial<Standing>> = {
      yahoo: { breaker: 'open' },
      finnhub: { quotaLeft: 0 },
      twelvedata: { reliability: 0.3 },
      fmp: { breaker: 'half_open' },
    };
    expect(chain(apple, changes)).toEqual(['polygon', 'alphavantage', 'twelvedata', 'fmp', 'finnhub', 'yahoo']);
  });

  test('takes nobody that has answered nothing yet, or half of the time, for one that limps', () => {
    expect(chain(apple, { yahoo: { reliability: null }, finnhub: { reliability: 0.5 } }).slice(0, 3)).toEqual([
      'yahoo',
      'finnhub',
      'twelvedata',
    ]);
  });

  test('leaves out those that do not take the symbol or do not serve the data', () => {
    const yahooOnly = PROVIDERS.filter(({ name }) => name === 'yahoo' || name === 'binance');
    const known = { providers: yahooOnly, standing: () => well, tried: [] };
    expect(chainFor({ class: 'crypto', data: 'earnings', symbol: 'BTC-USD' }, known)).toEqual([]);
    const picky = yahooOnly.map((provider) => ({
      ...provider,
      serves: {
        quote: provider.serves.quote && { ...provider.serves.quote, accepts: (symbol: string) => symbol !== 'BTC-USD' },
      },
    }));
    expect(chainFor({ class: 'crypto', data: 'quote', symbol: 'BTC-USD' }, { ...known, providers: picky })).toEqual([]);
    expect(
      chainFor({ class: 'crypto', data: 'quote', symbol: 'ETH-USD' }, { ...known, providers: picky }),
    ).toHaveLength(2);
  });

  test('has those that nobody named in its order after all others', () => {
    const changes = { finviz: { enabled: true }, iex: { enabled: true } };
    expect(chain(apple, changes).slice(-2).toSorted()).toEqual(['finviz', 'iex']);
  });

  test('names only providers that there are, and only for what they serve', () => {
    for (const data of DATA_KINDS) {
      for (const assetClass of ASSET_CLASSES) {
        for (const name of PREFERENCE[data][assetClass]) {
          const provider = PROVIDERS.find((one) => one.name === name);
          expect({ name, data, assetClass, serves: provider?.serves[data]?.classes.includes(assetClass) }).toEqual({
            name,
            data,
            assetClass,
            serves: true,
          });
        }
      }
    }
  });
});

describe('whom one want may try', () => {
  const tries = (changes: Record<string, Partial<Standing>>) =>
    unprovenFor(apple, { providers: PROVIDERS, standing: (name) => ({ ...well, ...changes[name] }), tried: [] });

  test('is who would be first, had it not failed', () => {
    expect(tries({ yahoo: { breaker: 'half_open' } })).toBe('yahoo');
    expect(tries({ yahoo: { reliability: 0.3 } })).toBe('yahoo');
    expect(tries({ yahoo: { breaker: 'open' }, finnhub: { breaker: 'half_open' } })).toBe('finnhub');
  });

  test('is nobody while somebody better is well, while it fails still, and when its quota is spent', () => {
    expect(tries({})).toBeNull();
    expect(tries({ fmp: { breaker: 'half_open' } })).toBeNull();
    expect(tries({ yahoo: { breaker: 'open' } })).toBeNull();
    expect(tries({ yahoo: { breaker: 'half_open', quotaLeft: 0 } })).toBeNull();
    expect(tries({ yahoo: { breaker: 'half_open', parked: true } })).toBeNull();
  });
});

describe('who could prove by one want that it is well, though others come before it', () => {
  const proves = (name: string, standing: Partial<Standing>, wanted = apple) =>
    couldProve(name, wanted, { providers: PROVIDERS, standing: () => ({ ...well, ...standing }) });

  test('is one that may be probed and serves it', () => {
    expect(proves('fmp', { breaker: 'half_open' })).toBe(true);
    expect(proves('binance', { breaker: 'half_open' })).toBe(false);
  });

  test('is none whose breaker is closed or open, that is parked, or that has few calls a day', () => {
    for (const standing of [{ reliability: 0.3 }, { breaker: 'open' as const }])
      expect(proves('fmp', standing)).toBe(false);
    for (const more of [{ parked: true }, { quotaLeft: 0 }, { scarce: true }])
      expect(proves('fmp', { breaker: 'half_open', ...more })).toBe(false);
  });
});

describe('why nobody can be asked', () => {
  const why = (name: string) => `${name} is away.`;

  test('is told by the reasons of those who could', () => {
    const providers = PROVIDERS.filter(({ name }) => name === 'yahoo' || name === 'fmp');
    const commodity: Wanted = { class: 'commodity', data: 'bars', symbol: 'GC=F' };
    expect(whyNobody(commodity, { providers, why, tried: ['yahoo'] })).toBe(
      'Nobody can be asked for bars of commodity: fmp is away.',
    );
    expect(whyNobody(commodity, { providers, why, tried: ['yahoo', 'fmp'] })).toBe(
      'All who serve bars of commodity were asked.',
    );
    expect(whyNobody(commodity, { providers: [], why, tried: [] })).toBe('No provider serves bars of commodity.');
  });
});
