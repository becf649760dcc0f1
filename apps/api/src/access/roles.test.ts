import { ROLES } from '@freshet/contracts';
import type { OperationKey } from '@freshet/contracts/api';
import { ACCESS, EMERGENCY, MOST_NAMED, REFRESH_ACCESS, type Reach } from './roles.ts';

/** The product's table of roles, written independently: `access.test.ts` takes its expectations from `ACCESS`, so only this file notices a wrong line in it. */

const reaches = (key: OperationKey): string => ROLES.map((role): Reach => ACCESS[key][role]).join(' ');
const keys = Object.keys(ACCESS) as OperationKey[];
const of = (pattern: RegExp) => keys.filter((key) => pattern.test(key));
const promised = new Map<OperationKey, string>();

/** In the order of ROLES: admin, system, support, user. */
function promise(pattern: RegExp, expected: string): void {
  for (const key of of(pattern)) promised.set(key, expected);
}

// Later lines are exceptions from those before.
promise(/./, 'any any any any');
promise(/ \/api\/v1\/(watchlists|portfolios)/, 'any any any own');
promise(/^(POST|PATCH|DELETE) \/api\/v1\/(watchlists|portfolios)/, 'any any no own');
promise(/ \/api\/v1\/refreshes(\/\{|$)/, 'any any any own');
promise(/^DELETE \/api\/v1\/refreshes\//, 'any own own own');
promise(/manual\/refresh\/(all|strategy)$/, 'any any no no');
promise(/manual\/refresh\/portfolio/, 'any any any own');
promise(/^POST .*\/(cleanup|start|stop|force-refresh)$/, 'any no no no');
promise(/^PUT .*\/schedules/, 'any no no no');
promise(/^(POST|PATCH|DELETE) \/api\/v1\/(strategies|users|failed)/, 'any no no no');
promise(/^GET \/api\/v1\/failed/, 'any any any no');
promise(/ \/api\/v1\/keys/, 'any own own own');
promise(/^POST \/api\/v1\/keys/, 'any no no no');
promise(/^GET \/api\/v1\/users/, 'any any any own');
promise(/^GET \/api\/v1\/(metrics|benchmark)$/, 'any any any own');
promise(/ \/api\/v1\/(me$|session)/, 'own own own own');
promise(/ \/api\/v1\/webhooks/, 'any own own own');
promise(/^POST \/api\/v1\/webhooks\/(endpoints|triggers)(\/\{trigger_id\})?$/, 'own own own own');
promise(/^GET (\/api\/v1\/audit|\/metrics)$/, 'any no any no');

test.each(keys)('%s is for whom the contract says', (key) => {
  expect(reaches(key)).toBe(promised.get(key));
});

test('refreshes are for whom the contract says, kind by kind', () => {
  const table = Object.fromEntries(
    Object.entries(REFRESH_ACCESS).map(([kind, row]) => [kind, ROLES.map((role) => row[role]).join(' ')]),
  );
  expect(table).toEqual({
    ...{ all: 'any any no no', strategy: 'any any no no' },
    ...{ prices: 'any any any named', benchmark: 'any any any named', symbols: 'any any any named' },
    ...{ group: 'any any any named', watchlist: 'any any any own', portfolio: 'any any any own' },
    holdings: 'any any any own',
  });
  expect([MOST_NAMED, EMERGENCY]).toEqual([100, ['admin']]);
});
