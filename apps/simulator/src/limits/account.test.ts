import { Account } from './account.ts';
import { REAL_RULES, type RealRules } from './real-rules.ts';

const rulesOf = (name: string) => REAL_RULES[name] as RealRules;
const NOON = Date.UTC(2026, 10, 20, 12);

describe('an account', () => {
  test('admits exactly what a minute allows, and again when the first call is a minute old', () => {
    const account = new Account(rulesOf('polygon'));
    for (let i = 0; i < 5; i++) expect(account.arrive(NOON + i * 1000, 1).over).toBeNull();
    expect(account.arrive(NOON + 59_999, 1).over).toMatchObject({ used: 5, resetsAt: new Date(NOON + 60_000) });
    expect(account.arrive(NOON + 60_000, 1).over).toBeNull();
    expect(account.arrive(NOON + 60_500, 1).over).not.toBeNull();
  });

  test('holds every window at once, and names the one that lasts longest', () => {
    const account = new Account(rulesOf('alpha_vantage'));
    for (let i = 0; i < 25; i++) expect(account.arrive(NOON + i * 60_000, 1).over).toBeNull();
    expect(account.arrive(NOON + 25 * 60_000, 1).over).toMatchObject({ limit: 25, perSeconds: 86_400 });
    expect(account.arrive(NOON + 86_400_000, 1).over).toBeNull();
  });

  test('refuses a batch that is larger than what is left as a whole, without spending a credit on it', () => {
    const account = new Account(rulesOf('twelve_data'));
    expect(account.arrive(NOON, 5).over).toBeNull();
    expect(account.arrive(NOON + 1, 4).over).toMatchObject({ limit: 8, used: 5, remaining: 3 });
    expect(account.arrive(NOON + 2, 3).over).toBeNull();
    expect(account.arrive(NOON + 60_001, 12).over).not.toBeNull();
  });

  test('gives the day back at midnight in UTC', () => {
    const account = new Account(rulesOf('twelve_data'));
    const evening = NOON + 10 * 3_600_000;
    for (let i = 0; i < 100; i++) expect(account.arrive(evening + i * 60_000, 8).over).toBeNull();
    expect(account.arrive(evening + 99 * 60_000 + 1, 1).over).toMatchObject({ limit: 800, remaining: 0 });
    expect(account.arrive(evening + 100 * 60_000, 1).over).toMatchObject({ limit: 800, remaining: 0 });
    expect(account.arrive(Date.UTC(2026, 10, 21), 8).over).toBeNull();
  });

  test('is banned for refusals in a row, which a good call ends, and a call during the ban is not counted', () => {
    const windows = [{ limit: 1, perSeconds: 10 }];
    const account = new Account({ windows, ban: { afterRefused: 2, firstMs: 60_000, longestMs: 60_000 } });
    const at = (seconds: number) => account.arrive(NOON + seconds * 1000, 1);
    expect([at(0).over, at(10).over]).toEqual([null, null]);
    expect(at(11)).not.toHaveProperty('bannedUntil');
    expect(at(20).over).toBeNull();
    expect(at(21)).not.toHaveProperty('bannedUntil');
    expect(at(22)).toHaveProperty('bannedUntil', new Date(NOON + 82_000));
    expect(at(79).over).toMatchObject({ used: 0 });
    expect(at(82).over).toBeNull();
  });

  test('at Binance starts anew with the minute of the clock, counts what it refuses, and bans who insists', () => {
    const account = new Account(rulesOf('binance'));
    expect(account.arrive(NOON, 5990).over).toBeNull();
    expect(account.arrive(NOON + 1, 20).over).toMatchObject({ resetsAt: new Date(NOON + 60_000) });
    expect(account.windows(NOON + 2)[0]?.used).toBe(6010);
    for (let i = 0; i < 8; i++) expect(account.arrive(NOON + 10 + i, 2)).not.toHaveProperty('bannedUntil');
    const bannedUntil = new Date(NOON + 30 + 120_000);
    expect(account.arrive(NOON + 30, 2)).toMatchObject({ bannedUntil });
    expect(account.arrive(NOON + 61_000, 2)).toMatchObject({ bannedUntil });
    expect(account.arrive(NOON + 30 + 120_000, 2).over).toBeNull();
  });

  test('without windows admits everything', () => {
    const account = new Account(rulesOf('yahoo'), []);
    for (let i = 0; i < 1000; i++) expect(account.arrive(NOON, 1).over).toBeNull();
  });
});
