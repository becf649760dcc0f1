import { typeidUnboxed } from 'typeid-js';
import { ID_PREFIXES, type IdKind } from '@freshet/contracts';

/** A new id with its kind's prefix, sortable by time: `ref_01h…`. */
export function newId(kind: IdKind): string {
  return typeidUnboxed(ID_PREFIXES[kind]);
}
