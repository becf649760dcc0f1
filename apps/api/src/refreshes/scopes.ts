import type { RefreshKind, RefreshTarget } from '@freshet/contracts';
import { kinds } from '@freshet/refresh';
import { type Pool, scopeQuestions } from '@freshet/store';

export interface RefreshScope {
  symbols: string[];
  portfolios: number;
  strategies: number;
}

const YOUNG_MS = 15_000;
const MOST_HELD = 2_000;

/** What a refresh would cover. Cached for up to 15 s, as it only serves estimates. */
export function createScopes(pool: Pool, now: () => number = Date.now) {
  const source = scopeQuestions(pool);
  const held = new Map<string, { at: number; scope: Promise<RefreshScope> }>();
  return async (kind: RefreshKind, target: RefreshTarget, symbols: string[] | null): Promise<RefreshScope> => {
    // The common case: named symbols need no query.
    if (symbols && (kind === 'symbols' || kind === 'prices')) return { symbols, portfolios: 0, strategies: 0 };
    const name = JSON.stringify([kind, target]);
    let entry = held.get(name);
    if (!entry || now() - entry.at > YOUNG_MS) {
      if (held.size >= MOST_HELD) held.clear();
      entry = { at: now(), scope: ask(kind, target) };
      held.set(name, entry);
      entry.scope.catch(() => held.delete(name));
    }
    const scope = await entry.scope;
    if (!symbols) return scope;
    const wanted = new Set(symbols);
    return { ...scope, symbols: scope.symbols.filter((symbol) => wanted.has(symbol)) };
  };

  async function ask(kind: RefreshKind, target: RefreshTarget): Promise<RefreshScope> {
    const { symbols, portfolios, strategies } = await kinds[kind].scope({ target, symbols: null }, source);
    return { symbols, portfolios: portfolios.length, strategies: strategies.length };
  }
}
