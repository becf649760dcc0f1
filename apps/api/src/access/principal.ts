import type { Role } from '@freshet/contracts';

/** An authenticated caller: a key with its user and role. */
export interface Principal {
  keyId: string;
  userId: string;
  role: Role;
  keyName: string;
  prefix: string;
  expiresAt: Date | null;
  /** Browsers send a cookie with every request, so writes with one must come from our own pages. */
  via: 'key' | 'cookie';
  /** The hash of the session token; null with a key. */
  session: string | null;
}

/** The caller of an operation that needs no key. It owns nothing and has no rights. */
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
