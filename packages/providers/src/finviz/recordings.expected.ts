import type { ExpectedQuote, ExpectedReading, RecordingsExpected } from '../conformance/expected.ts';

/** Ticker, price, volume and, where the view has it, the market cap, as the pages print them. */
/** The first page of one screen, which five views show. */
const UNUSUAL_VOLUME = `
  NYT 43.17 9,448,297 7.29B
  KAR 16.83 8,442,565 2.13B
  HAYW 24.11 5,881,887 5.58B
  EQC 27.66 5,447,721 3.35B
  MNR 19.35 4,936,629 1.90B
  HLF 47.48 4,708,540 5.63B
  ABC 118.82 4,029,406 24.41B
  TUP 25.51 3,063,523 1.31B
  LL 23.09 2,956,701 690.16M
  RYAM 6.99 2,530,357 456.17M
  ALC 70.04 2,442,493 35.00B
  PHG 57.56 1,903,034 52.72B
  DLB 96.98 1,737,271 9.91B
  GMED 73.37 1,409,087 7.41B
  CVII 9.94 1,404,171 1.37B
  CBT 60.91 1,398,203 3.55B
  PQG 14.59 978,600 2.00B
  ASPN 19.52 922,643 611.76M
  INSP 197.88 666,032 5.61B
  FDP 34.63 510,053 1.66B
`;
/** Its second page. */
const UNUSUAL_VOLUME_2 = `
  SYX 33.38 405,710 1.29B
  TREC 7.55 336,389 187.54M
  MSD 9.08 296,496 185.11M
  LUB 3.71 202,157 113.90M
  BOAS 9.72 153,135 223.56M
  SRL 14.10 117,014 170.75M
  JEQ 8.85 68,347 118.67M
  KFS 5.05 61,383 119.43M
  SPGS 9.82 55,895 338.79M
  EGF 13.00 31,232 55.40M
  NBO 12.74 26,563 64.69M
`;
/** Another screen, first page. */
const TOP_GAINERS = `
  NMRD 11.06 55,575,786
  EVK 3.11 1,185,564
  ASPS 7.21 2,646,321
  WTTR 6.08 791,476
  BGFV 25.01 8,544,272
  SLCA 11.22 2,680,928
  RETO 1.26 1,632,656
  KLXE 10.56 457,761
  KBSF 3.55 1,145,801
  LBPH 9.27 15,525
  MRC 11.01 674,888
  BTU 4.74 5,936,836
  BOOM 54.46 1,167,990
  OII 13.91 2,817,286
  GTBP 14.92 843,154
  CLVS 5.86 12,741,813
  EXPR 3.49 5,716,430
  VYNT 3.54 3,631,329
  HNRG 2.42 562,610
  AFCG 24.20 55,932
`;
/** Its third page. */
const TOP_GAINERS_3 = `
  APWC 3.32 154,505
  NBR 89.30 203,423
  ENTX 3.34 268,084
  MDLY 5.60 162,186
  ESTE 8.57 409,246
  EGY 2.72 423,337
  ECHO 36.56 959,229
  HBM 8.12 2,458,234
  HX 1.48 119,455
  TPGY 17.03 710,213
  NVGS 11.66 235,311
  PTCT 40.88 1,175,193
  PTPI 3.30 17,359
  PUYI 5.54 80,652
  PFIE 1.28 188,337
  TXMD 1.28 13,092,212
  UBX 4.97 549,143
  JAN 6.90 307,775
  ASO 33.29 5,491,262
  SPNE 21.66 186,052
`;
/** The same screen half a year before. */
const TOP_GAINERS_2020 = `
  KXIN 6.06 135,135,905
  NETE 12.63 10,388,548
  DADA 43.81 3,941,782
  BALY 48.40 1,573,097
  CAN 4.28 12,048,212
  CPSH 2.40 1,618,186
  FUV 17.01 27,155,119
  MDGS 2.83 6,224,780
  APRE 24.84 684,044
  NTZ 7.52 139,635
  IDRA 4.26 1,851,763
  BLNK 22.67 44,044,654
  SINT 1.85 6,777,203
  LGVW 12.50 27,750,756
  SOLO 10.81 162,170,170
  ATNF 2.58 1,111,287
  CREG 4.53 2,000,174
  SUP 4.91 1,497,276
  KIRK 13.43 2,128,860
  STON 1.18 10,657,829
`;

const SCALE: Record<string, number> = { M: 6, B: 9 };

/** `7.29B` as it is printed, and what it means. */
function printed(text: string): { text: string; value: string } {
  const zeros = SCALE[text.slice(-1)] ?? 0;
  const [whole = '', fraction = ''] = text.replace(/[MB]$/, '').split('.');
  return { text, value: `${whole}${fraction.padEnd(zeros, '0')}` };
}

function rows(table: string, withCaps = true): ExpectedReading {
  const quotes = table
    .trim()
    .split('\n')
    .map((line): ExpectedQuote => {
      const [symbol = '', price = '', volume = '', cap] = line.trim().split(' ');
      return {
        symbol,
        currency: 'USD',
        price: { text: price },
        volume: { text: volume },
        ...(cap && withCaps ? { marketCap: printed(cap) } : {}),
        time: 'received',
        delayS: 1200,
      };
    });
  return { quotes };
}

const page = (symbol: string, price: string, previousClose: string, volume: string, cap: string): ExpectedReading => ({
  quotes: [
    {
      symbol,
      currency: 'USD',
      price: { text: price },
      previousClose: { text: previousClose },
      volume: { text: volume },
      marketCap: printed(cap),
      time: 'received',
      delayS: 900,
    },
  ],
});

const exported = (row: number, symbol: string): ExpectedQuote => ({
  symbol,
  currency: 'USD',
  price: [row, 'Price'],
  volume: [row, 'Volume'],
  marketCap: [row, 'Market Cap'],
  marketCapFactor: '1000000',
  time: 'received',
});

const nothing: ExpectedReading = { other: true };

export const recordings: RecordingsExpected = {
  folder: 'finviz',
  expected: {
    'documented-export-csv-v111.json': { quotes: [exported(0, 'AAPL'), exported(1, 'MSFT')] },
    'quote-full_quote-p0-2020-11-24.json': page('AAPL', '115.49', '113.85', '76,239,268', '1957.10B'),
    'quote-get_quote_data-p0-2020-11-25.json': page('GOOG', '1771.43', '1768.88', '1,041,148', '1216.02B'),
    'quote-issue_aapl-p0-2021-12-27.json': page('AAPL', '179.90', '176.28', '59,633,816', '2881.62B'),
    'quote-issue_tsla-p0-2021-12-27.json': page('TSLA', '1088.45', '1067.00', '21,169,219', '1027.87B'),
    // These two views show a chart and facts for each stock, but not its price.
    'screener-basic-p0-2021-05-06.json': nothing,
    'screener-basic-p1-2021-05-06.json': nothing,
    'screener-snapshot-p0-2021-05-06.json': nothing,
    'screener-custom-p0-2021-05-06.json': rows(UNUSUAL_VOLUME),
    'screener-overview-p0-2021-05-06.json': rows(UNUSUAL_VOLUME),
    'screener-overview-p1-2021-05-06.json': rows(UNUSUAL_VOLUME_2),
    'screener-ownership-p0-2021-05-06.json': rows(UNUSUAL_VOLUME),
    'screener-performance-p0-2021-05-06.json': rows(UNUSUAL_VOLUME, false),
    'screener-performance2-p0-2021-05-06.json': rows(TOP_GAINERS),
    'screener-performance2-p2-2021-05-06.json': rows(TOP_GAINERS_3),
    'screener-performance2_screener_view-p0-2020-11-22.json': rows(TOP_GAINERS_2020),
    'screener-technical-p0-2021-05-06.json': rows(UNUSUAL_VOLUME, false),
    'too-many-requests-2-2021-05-06.json': { errors: [{ symbol: null, kind: 'rate_limited', retryAfterMs: 60_000 }] },
  },
};
