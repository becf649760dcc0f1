import { type Kind, narrowed, nothing } from './kind.ts';

/** The members of an index, of a sector, or of both at once. */
export const group: Kind = {
  kind: 'group',
  title: 'The members of an index and/or a sector',
  calculates: false,
  async scope({ target, symbols }, source) {
    return { ...nothing, symbols: narrowed(await source.group(target), symbols) };
  },
};
