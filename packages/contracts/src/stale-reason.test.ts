import { staleReason } from './stale-reason.ts';

const unavailable = { state: 'failed', reason: 'unavailable', detail: 'HTTP 503' };
const tried = (provider: string, detail?: string) => ({ provider, reason: 'unavailable', ...(detail && { detail }) });

test.each([
  [
    'names whose words are told',
    { ...unavailable, chain: [tried('binance', 'HTTP 503'), tried('yahoo', 'no answer')] },
    'unavailable: binance: HTTP 503',
  ],
  [
    'names all who say the same',
    { ...unavailable, chain: [tried('yahoo', 'HTTP 503'), tried('binance', 'HTTP 503')] },
    'unavailable: binance, yahoo: HTTP 503',
  ],
  ['names nobody whose words these are not', { ...unavailable, chain: [tried('yahoo')] }, 'unavailable: HTTP 503'],
  ['of what nobody was asked for names nobody', { ...unavailable, chain: null }, 'unavailable: HTTP 503'],
  [
    'says something where nobody has',
    { state: 'failed', reason: null, detail: null, chain: [tried('yahoo')] },
    'failed: no newer price could be had',
  ],
])('%s', (_, end, said) => {
  expect(staleReason(end)).toBe(said);
});
