import { alphaVantage } from './alphavantage/index.ts';
import { binance } from './binance/index.ts';
import { coingecko } from './coingecko/index.ts';
import { cryptocompare } from './cryptocompare/index.ts';
import { finnhub } from './finnhub/index.ts';
import { finviz } from './finviz/index.ts';
import { fmp } from './fmp/index.ts';
import { iex } from './iex/index.ts';
import { polygon } from './polygon/index.ts';
import type { Provider } from './provider.ts';
import { twelveData } from './twelvedata/index.ts';
import { yahoo } from './yahoo/index.ts';

/** Every provider that Freshet can speak to, in no order of preference (`choose.ts` ranks them). One line each. */
export const PROVIDERS: readonly Provider[] = [
  yahoo,
  binance,
  coingecko,
  cryptocompare,
  finnhub,
  alphaVantage,
  fmp,
  twelveData,
  polygon,
  iex,
  finviz,
];

const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/**
 * The provider that a person means by a name: its `name`, its title or the prefix of its variables, whatever the case
 * and punctuation (`alphavantage`, `Alpha Vantage` and `ALPHA_VANTAGE` are one); also an unambiguous beginning (`iex`).
 */
export function providerNamed(text: string): Provider | undefined {
  const wanted = plain(text);
  if (!wanted) return undefined;
  const names = (provider: Provider) => [provider.name, provider.title, provider.envPrefix].map(plain);
  const exact = PROVIDERS.find((provider) => names(provider).includes(wanted));
  if (exact) return exact;
  const beginning = PROVIDERS.filter((provider) => names(provider).some((name) => name.startsWith(wanted)));
  return beginning.length === 1 ? beginning[0] : undefined;
}
