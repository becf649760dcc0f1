import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

export interface AddressRules {
  /** Also allows http, any port and hosts that aren't public: for development and tests only. */
  allowPrivate?: boolean;
}

/** Names that never mean a public host: those of this machine, and of home and company networks (RFC 6761, 6762, ICANN's .internal). */
const PRIVATE_NAME = /(^|\.)(localhost|local|internal|home\.arpa)\.?$/i;
const PORTS = new Set(['', '443', '8443']);

/**
 * Says why a URL may not be called, or null. It checks the text alone, when an endpoint is registered and again before each delivery.
 * The addresses that the name resolves to are checked when the connection is made.
 */
export function refuseUrl(text: string, { allowPrivate = false }: AddressRules = {}): string | null {
  // The platform's parser recognises 2130706433, 0x7f.1 and 127.1 as the address 127.0.0.1.
  const url = URL.parse(text);
  if (!url) return 'not a URL';
  if (url.protocol !== 'https:' && !(allowPrivate && url.protocol === 'http:')) return 'only https is called';
  if (url.username || url.password) return 'a URL with a user or password is not called';
  if (allowPrivate) return null;
  if (!PORTS.has(url.port)) return 'only ports 443 and 8443 are called';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) && !isPublicAddress(host)) return 'the address is not public';
  if (PRIVATE_NAME.test(host)) return 'the name is not a public one';
  return null;
}

/**
 * True for addresses of the public internet. Mapped, tunnelled and reserved addresses are not: some of them lead to this machine or its
 * network. Of IPv6, only the allocated 2000::/3 is public, less its special ranges.
 */
export function isPublicAddress(address: string): boolean {
  if (!isIP(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv4' || ((parsed as ipaddr.IPv6).parts[0] ?? 0) >> 13 === 1;
}
