import type { Role } from '@freshet/contracts';

/** Who asks: a key, and the user and role that it stands for. */
export interface Principal {
  keyId: string;
  userId: string;
  role: Role;
  keyName: string;
  prefix: string;
  expiresAt: Date | null;
  /** A cookie travels with every request of a browser, so its writes must come from our own pages. */
  via: 'key' | 'cookie';
  /** Which session of a browser it is, by the hash of its token; null with a key. */
  session: string | null;
}

/** Stands for the caller of an operation that needs no key; it owns nothing and may nothing. */
export const NOBODY: Principal = {
  keyId: '',
  userId: '',
  role: 'user',
  keyName: '',
  prefix: '',
  expiresAt: null,
  via: 'key',
  session: null,
};
