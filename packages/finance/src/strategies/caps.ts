import type { MarketSymbol } from '@freshet/market';
import type { Candidate } from './strategy.ts';

/** The most that one asset or one sector may be of the whole (cash included), and the least that stays in cash. Fractions. */
export interface Constraints {
  /** For every asset. */
  assetCap?: number | null;
  /** For single assets, instead of `assetCap`. */
  assetCaps?: Readonly<Record<MarketSymbol, number>>;
  /** For every sector. Assets without a sector share none. */
  sectorCap?: number | null;
  sectorCaps?: Readonly<Record<string, number>>;
  /** At least this much stays in cash. */
  cashBuffer?: number | null;
}

/** Caps of a universe, as shares of the whole. Assets are named by their index. */
export interface Caps {
  assets: Float64Array;
  groups: { members: number[]; cap: number }[];
}

/** The same caps by symbol, for what happens to weights after a run, such as rounding to whole shares. */
export interface NamedCaps {
  assets: ReadonlyMap<MarketSymbol, number>;
  groups: readonly { members: ReadonlySet<MarketSymbol>; cap: number }[];
}

/** Names the assets of caps by symbol instead of by index. */
export function named({ assets, groups }: Caps, candidates: readonly Candidate[]): NamedCaps {
  const symbolAt = (at: number): MarketSymbol => candidates[at]!.symbol;
  return {
    assets: new Map(Array.from(assets, (cap, at) => [symbolAt(at), cap])),
    groups: groups.map(({ members, cap }) => ({ members: new Set(members.map(symbolAt)), cap })),
  };
}

/** The caps that hold for these candidates; absent ones are 1. */
export function capsFor(candidates: readonly Candidate[], constraints: Constraints): Caps {
  const { assetCap, assetCaps = {}, sectorCap, sectorCaps = {} } = constraints;
  const assets = Float64Array.from(candidates, ({ symbol }) => within(own(assetCaps, symbol) ?? assetCap ?? 1));
  const groups = new Map<string, { members: number[]; cap: number }>();
  candidates.forEach(({ sector }, at) => {
    if (!sector) return;
    const cap = within(own(sectorCaps, sector) ?? sectorCap ?? 1);
    if (cap >= 1) return;
    const group = groups.get(sector) ?? { members: [], cap };
    group.members.push(at);
    groups.set(sector, group);
  });
  return { assets, groups: [...groups.values()] };
}

/** The most that can be invested under the caps; may be above 1. */
export function capacity({ assets, groups }: Caps): number {
  const free = new Set(assets.keys());
  let total = 0;
  for (const { members, cap } of groups) {
    total += Math.min(
      cap,
      members.reduce((sum, at) => sum + assets[at]!, 0),
    );
    for (const at of members) free.delete(at);
  }
  for (const at of free) total += assets[at]!;
  return total;
}

/**
 * Shares in the proportions of `base`, none above its cap: what a capped asset or sector cannot take goes to the others
 * in their proportions. The sum is `target`, or less when the assets with a share in `base` cannot take that much.
 *
 * With one factor λ for all, each asset has min(cap, λ·base), each capped sector the λ of its own that fills its cap. The
 * sum grows with λ and is linear between the points where a cap is reached, so λ is found exactly.
 */
export function underCaps(base: Float64Array, { assets, groups }: Caps, target: number): Float64Array {
  const owner = new Map<number, number>();
  groups.forEach(({ members }, index) => members.forEach((at) => owner.set(at, index)));
  const everyone = Array.from(base.keys());
  const limits = groups.map(({ members, cap }) => factorFor(base, assets, members, cap));
  const limitOf = (at: number): number => {
    const group = owner.get(at);
    const own = base[at]! > 0 ? assets[at]! / base[at]! : 0;
    return group === undefined ? own : Math.min(own, limits[group]!);
  };
  const tops = Float64Array.from(everyone, (at) => limitOf(at) * base[at]!);
  const factor = factorFor(base, tops, everyone, target);
  return base.map((share, at) => Math.min(tops[at]!, factor === Infinity ? tops[at]! : factor * share));
}

/** The λ with Σ min(cap, λ·base) = target; Infinity when all caps together don't reach it. */
function factorFor(base: Float64Array, caps: Float64Array, members: readonly number[], target: number): number {
  const open = members.filter((at) => base[at]! > 0).sort((a, b) => caps[a]! / base[a]! - caps[b]! / base[b]! || a - b);
  // Summed from the end, so that no rounding of a difference can turn the last shares negative.
  const rest = new Float64Array(open.length + 1);
  for (let k = open.length - 1; k >= 0; k--) rest[k] = rest[k + 1]! + base[open[k]!]!;
  let taken = 0;
  let reached = 0;
  for (let k = 0; k < open.length; k++) {
    const at = open[k]!;
    const factor = Math.max(reached, (target - taken) / rest[k]!);
    reached = caps[at]! / base[at]!;
    if (factor <= reached) return factor;
    taken += caps[at]!;
  }
  return Infinity;
}

/** Own properties only: a sector may be called `constructor`, which every object inherits. */
function own(caps: Readonly<Record<string, number>>, name: string): number | undefined {
  return Object.hasOwn(caps, name) ? caps[name] : undefined;
}

function within(share: number): number {
  return Math.min(1, Math.max(0, share));
}
