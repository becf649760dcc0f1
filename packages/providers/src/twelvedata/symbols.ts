import { type MarketSymbol, pairOf } from '@freshet/market';
import { pairSymbol } from '../symbols/pair-symbols.ts';
import { canonicalOf, dashedClass, dottedClass } from '../symbols/spelling.ts';

/** The exchanges outside the United States: our suffix, Twelve Data's name, and the exchange's ISO code. */
const EXCHANGES: [suffix: string, name: string, mic: string][] = [
  ['L', 'LSE', 'XLON'],
  ['DE', 'XETR', 'XETR'],
  ['F', 'FSX', 'XFRA'],
  ['PA', 'Euronext', 'XPAR'],
  ['AS', 'Euronext', 'XAMS'],
  ['BR', 'Euronext', 'XBRU'],
  ['LS', 'Euronext', 'XLIS'],
  ['MI', 'MTA', 'XMIL'],
  ['MC', 'BME', 'XMAD'],
  ['SW', 'SIX', 'XSWX'],
  ['ST', 'OMX', 'XSTO'],
  ['CO', 'OMXC', 'XCSE'],
  ['HE', 'OMXH', 'XHEL'],
  ['OL', 'OSE', 'XOSL'],
  ['TO', 'TSX', 'XTSE'],
  ['V', 'TSXV', 'XTSX'],
  ['T', 'JPX', 'XTKS'],
  ['HK', 'HKEX', 'XHKG'],
  ['SS', 'SSE', 'XSHG'],
  ['SZ', 'SZSE', 'XSHE'],
  ['KS', 'KRX', 'XKRX'],
  ['AX', 'ASX', 'XASX'],
  ['NS', 'NSE', 'XNSE'],
  ['BO', 'BSE', 'XBOM'],
  ['JO', 'JSE', 'XJSE'],
  ['TA', 'TASE', 'XTAE'],
  ['SA', 'Bovespa', 'BVMF'],
];

/** Their names of the indices that people ask for. */
const INDICES: Record<string, string> = {
  '^GSPC': 'SPX',
  '^NDX': 'NDX',
  '^DJI': 'DJI',
  '^IXIC': 'IXIC',
  '^RUT': 'RUT',
  '^VIX': 'VIX',
};

/** `EUR/USD`, `BTC/USD`, `BRK.B`, `VOD:LSE`, `SPX`. */
export function twelveDataSymbol(symbol: MarketSymbol): string {
  const pair = pairOf(symbol);
  if (pair) return `${pair.base}/${pair.quote}`;
  const dot = symbol.lastIndexOf('.');
  const exchange = dot > 0 ? EXCHANGES.find(([suffix]) => suffix === symbol.slice(dot + 1)) : undefined;
  return exchange ? `${symbol.slice(0, dot)}:${exchange[1]}` : (INDICES[symbol] ?? dottedClass(symbol));
}

/** Where an instrument trades and what it is, as an answer says it beside the symbol. */
export interface Instrument {
  exchange?: string | null;
  mic?: string | null;
  type?: string | null;
}

/** The canonical symbol of one of their names, with the exchange that stands beside it. */
export function fromTwelveData(
  wire: string | null | undefined,
  asked?: MarketSymbol[],
  at: Instrument = {},
): MarketSymbol {
  return canonicalOf(wire, asked, {
    toWire: twelveDataSymbol,
    fromWire: (text) => {
      const [base, quote] = text.split('/');
      if (base && quote) return pairSymbol(base, quote);
      const [name = '', named] = text.toUpperCase().split(':');
      const venue = named ?? at.exchange?.toUpperCase();
      const listed =
        EXCHANGES.find(([, , mic]) => mic === (at.mic ?? named)) ??
        EXCHANGES.find((one) => one[1].toUpperCase() === venue);
      if (listed) return `${name}.${listed[0]}`;
      const index = Object.keys(INDICES).find((canonical) => INDICES[canonical] === name);
      return index && /index/i.test(at.type ?? '') ? index : dashedClass(name);
    },
  });
}
