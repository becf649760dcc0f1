import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { Agent } from 'undici';
import { type AddressRules, isPublicAddress } from './address.ts';

/** The name resolves to an address that may not be called. */
export class AddressRefused extends Error {
  override name = 'AddressRefused';
}

/** How names are resolved; replaced in tests of hostile name servers. */
export type Resolve = (
  hostname: string,
  options: { all: true; verbatim: true },
  answer: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * Connections for deliveries. A name is resolved once, all its addresses must be public, and the connection goes to one of exactly these.
 * Nothing is resolved again between the check and the call, so DNS rebinding gains nothing. Redirects are not followed.
 */
export async function deliveryAgent(
  { allowPrivate = false }: AddressRules,
  resolve: Resolve = dnsLookup,
): Promise<Agent> {
  // Loaded with the first delivery: most processes never make one.
  const undici = await import('undici');
  const lookup: LookupFunction = (hostname, options, answer) => {
    resolve(hostname, { all: true, verbatim: true }, (error, addresses) => {
      if (error) return answer(error, '', 0);
      const refused = addresses.length === 0 || addresses.some(({ address }) => !isPublicAddress(address));
      if (refused && !allowPrivate)
        return answer(new AddressRefused('the name resolves to an address that is not public'), '', 0);
      if (options.all) return answer(null, addresses);
      const [first] = addresses;
      answer(null, first?.address ?? '', first?.family);
    });
  };
  return new undici.Agent({
    connect: { lookup, timeout: 5_000 },
    // As long as a whole attempt; the attempt's own signal is what limits it.
    headersTimeout: 15_000,
    bodyTimeout: 15_000,
    maxResponseSize: 64 * 1024,
    maxHeaderSize: 16 * 1024,
    // Per origin, so a slow receiver holds up only its own deliveries.
    connections: 4,
    pipelining: 1,
  });
}
