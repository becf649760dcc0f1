import type { Linkage } from './strategy.ts';

interface Cluster {
  id: number;
  members: number[];
}

/**
 * The leaf order of an agglomerative clustering of `n` points with the given distances: similar points stand side by side.
 * Each step joins the two nearest clusters and updates the distances by the formula of Lance and Williams 1967. Of the two,
 * the older cluster comes first; single points are older than all clusters.
 */
export function clusteredOrder(n: number, distance: (i: number, j: number) => number, linkage: Linkage): number[] {
  let clusters: Cluster[] = Array.from({ length: n }, (_, id) => ({ id, members: [id] }));
  const width = 2 * n;
  const far = new Float64Array(width * width);
  const get = (a: number, b: number): number => far[a * width + b]!;
  const set = (a: number, b: number, value: number): void => {
    far[a * width + b] = value;
    far[b * width + a] = value;
  };
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) set(i, j, distance(i, j));
  for (let id = n; clusters.length > 1; id++) {
    let first = clusters[0]!;
    let second = clusters[1]!;
    let least = Infinity;
    for (let a = 0; a < clusters.length; a++) {
      for (let b = a + 1; b < clusters.length; b++) {
        const apart = get(clusters[a]!.id, clusters[b]!.id);
        if (apart < least) {
          least = apart;
          first = clusters[a]!;
          second = clusters[b]!;
        }
      }
    }
    const rest = clusters.filter((each) => each !== first && each !== second);
    for (const other of rest) {
      set(
        id,
        other.id,
        joined(linkage, get(first.id, other.id), get(second.id, other.id), least, first, second, other),
      );
    }
    clusters = [...rest, { id, members: [...first.members, ...second.members] }];
  }
  return clusters[0]?.members ?? [];
}

/** Distance from the union of two clusters to another one. */
function joined(
  linkage: Linkage,
  toFirst: number,
  toSecond: number,
  between: number,
  first: Cluster,
  second: Cluster,
  other: Cluster,
): number {
  const a = first.members.length;
  const b = second.members.length;
  const c = other.members.length;
  switch (linkage) {
    case 'single':
      return Math.min(toFirst, toSecond);
    case 'complete':
      return Math.max(toFirst, toSecond);
    case 'average':
      return (a * toFirst + b * toSecond) / (a + b);
    case 'ward':
      return Math.sqrt(((a + c) * toFirst ** 2 + (b + c) * toSecond ** 2 - c * between ** 2) / (a + b + c));
  }
}
