import { changesToCalculate, type HeldFrom, type PortfolioToCalculate, type Queryable } from '@freshet/store';

/** Some 20 MB. */
const MOST_CHANGES = 200_000;

/** What portfolios ever held, as this process has read it: read again when the portfolio has another version or holdings. */
export interface ChangesInMemory {
  of(db: Queryable, portfolios: readonly PortfolioToCalculate[]): Promise<Map<string, HeldFrom[]>>;
}

/** Bounded: what was used longest ago goes first. */
export function createChangesInMemory(most = MOST_CHANGES): ChangesInMemory {
  const known = new Map<string, { key: string; changes: HeldFrom[] }>();
  let count = 0;

  function keep(id: string, key: string, changes: HeldFrom[]): void {
    forget(id);
    known.set(id, { key, changes });
    count += changes.length;
    for (const other of known.keys()) {
      if (count <= most) break;
      forget(other);
    }
  }

  function forget(id: string): void {
    count -= known.get(id)?.changes.length ?? 0;
    known.delete(id);
  }

  return {
    async of(db, portfolios) {
      const found = new Map<string, HeldFrom[]>();
      const missing: PortfolioToCalculate[] = [];
      for (const portfolio of portfolios) {
        const own = known.get(portfolio.id);
        if (own?.key !== keyOf(portfolio)) missing.push(portfolio);
        else {
          found.set(portfolio.id, own.changes);
          keep(portfolio.id, own.key, own.changes);
        }
      }
      if (missing.length === 0) return found;
      const read = await changesToCalculate(
        db,
        missing.map(({ id }) => id),
      );
      for (const portfolio of missing) {
        const changes = read.get(portfolio.id) ?? [];
        found.set(portfolio.id, changes);
        keep(portfolio.id, keyOf(portfolio), changes);
      }
      return found;
    },
  };
}

/** Every change of a holding gives its portfolio another version; what it holds stands beside that, should one not have. */
const keyOf = ({ version, holdings }: PortfolioToCalculate): string =>
  `${version} ${holdings.map(({ symbol, quantity, since }) => `${symbol}:${quantity}:${since}`).join()}`;
