import { PROVIDERS } from './registry.ts';
import { accountsOf, limitsOf, providerSettings } from './settings.ts';

const settingsOf = (name: string, config = {}) => {
  const provider = PROVIDERS.find((one) => one.name === name);
  if (!provider) throw new Error(`no ${name}`);
  const [settings] = providerSettings([provider], { [provider.envPrefix]: config });
  if (!settings) throw new Error('no settings');
  return settings;
};

describe('which providers are on', () => {
  test('those that need a key are off without it, and say what to do', () => {
    expect(settingsOf('finnhub')).toMatchObject({
      enabled: false,
      why: 'Finnhub needs a key: set FINNHUB_API_KEY.',
    });
    expect(settingsOf('finnhub', { apiKey: 'a-key-of-mine' })).toMatchObject({ enabled: true, why: null });
  });

  test('those that need none are on, unless they are switched off', () => {
    expect(settingsOf('yahoo').enabled).toBe(true);
    expect(settingsOf('yahoo', { enabled: false }).why).toBe('Yahoo Finance is switched off by YAHOO_ENABLED.');
  });

  test('a retired one is never on, unless something else stands at its address', () => {
    expect(settingsOf('iex', { apiKey: 'a-key-of-mine' })).toMatchObject({ enabled: false });
    expect(settingsOf('iex', { apiKey: 'a-key-of-mine' }).why).toMatch(/shut down/);
    expect(settingsOf('iex', { apiKey: 'a-key-of-mine', baseUrl: 'http://127.0.0.1:9/iex' }).enabled).toBe(true);
  });

  test('one that is off by default has to be asked for', () => {
    expect(settingsOf('finviz').why).toMatch(/^Finviz is off unless FINVIZ_ENABLED=true\./);
    expect(settingsOf('finviz', { enabled: true }).enabled).toBe(true);
  });

  test('another key and another address are other accounts, and no account tells the key', () => {
    const accounts = [
      {},
      { apiKey: 'key-number-one' },
      { apiKey: 'key-number-two' },
      { baseUrl: 'http://localhost:1' },
    ];
    const hashes = accounts.map((config) => settingsOf('coingecko', config).account.keyHash);
    expect(new Set(hashes).size).toBe(4);
    expect(hashes[0]).toBe('none');
    expect(hashes.join(' ')).not.toContain('number');
  });

  test('only those that are on have an account in the ledger', () => {
    expect(accountsOf([settingsOf('finnhub'), settingsOf('yahoo')]).map(({ provider }) => provider)).toEqual(['yahoo']);
  });
});

describe("the operator's limits", () => {
  const twelve = {
    limits: [
      { limit: 8, perSeconds: 60, counts: 'cost' as const },
      {
        limit: 800,
        perSeconds: 86_400,
        counts: 'cost' as const,
        resets: { every: 'day' as const, hour: 0, zone: 'UTC' },
      },
    ],
  };

  test('replace all declared ones; what they leave open is as declared for the same span', () => {
    expect(limitsOf(twelve, [{ limit: 377, perSeconds: 60 }])).toEqual([
      { limit: 377, perSeconds: 60, counts: 'cost' },
    ]);
    expect(limitsOf(twelve, [{ limit: 5000, perSeconds: 86_400 }])).toEqual([
      { limit: 5000, perSeconds: 86_400, counts: 'cost', resets: { every: 'day', hour: 0, zone: 'UTC' } },
    ]);
  });

  test('of a span that is not declared count as all declared ones do', () => {
    expect(limitsOf(twelve, [{ limit: 4, perSeconds: 10 }])).toEqual([{ limit: 4, perSeconds: 10, counts: 'cost' }]);
    expect(limitsOf({ limits: [{ limit: 5, perSeconds: 60 }] }, [{ limit: 4, perSeconds: 10 }])).toEqual([
      { limit: 4, perSeconds: 10 },
    ]);
  });

  test('may say otherwise: calls instead of units, sliding instead of a reset, another hour', () => {
    expect(
      limitsOf(twelve, [
        { limit: 9, perSeconds: 60, counts: 'calls' },
        { limit: 10, perSeconds: 86_400, resets: false },
      ]),
    ).toEqual([
      { limit: 9, perSeconds: 60 },
      { limit: 10, perSeconds: 86_400, counts: 'cost' },
    ]);
    const hour = { every: 'day' as const, hour: 9, zone: 'Asia/Tokyo' };
    expect(limitsOf(twelve, [{ limit: 10, perSeconds: 86_400, resets: hour }])).toEqual([
      { limit: 10, perSeconds: 86_400, counts: 'cost', resets: hour },
    ]);
  });

  test('of a month are matched whatever length is written for it', () => {
    const month = { limit: 10_000, perSeconds: 31 * 86_400, resets: { every: 'month' as const, hour: 0, zone: 'UTC' } };
    expect(limitsOf({ limits: [month] }, [{ limit: 500_000, perSeconds: 30 * 86_400 }])).toEqual([
      { ...month, limit: 500_000 },
    ]);
  });

  test('that are wider let more calls go at once', () => {
    expect(settingsOf('yahoo').concurrency).toBe(4);
    expect(settingsOf('yahoo', { limits: [{ limit: 1000, perSeconds: 1 }] }).concurrency).toBe(10);
    expect(settingsOf('yahoo', { limits: [{ limit: 60, perSeconds: 60 }] }).concurrency).toBe(4);
  });
});
