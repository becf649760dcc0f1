import type { MarketSymbol } from '@freshet/market';

/**
 * What a listing's suffix says, for providers that name neither currency nor zone: the unit that its prices are in
 * (`GBp` for pence), the exchange's zone, and when its regular session ends there.
 */
export interface Listing {
  unit: string;
  zone: string;
  closes: string;
  /** Nobody has said what such listings trade in: the unit is a guess. */
  guessed?: true;
}

export const US: Listing = { unit: 'USD', zone: 'America/New_York', closes: '16:00' };

export const BY_SUFFIX: Record<string, Listing> = {
  L: { unit: 'GBp', zone: 'Europe/London', closes: '16:30' },
  // London's order book of depositary receipts: dollars mostly, euros too.
  IL: { unit: 'USD', zone: 'Europe/London', closes: '16:30', guessed: true },
  TO: { unit: 'CAD', zone: 'America/Toronto', closes: '16:00' },
  V: { unit: 'CAD', zone: 'America/Toronto', closes: '16:00' },
  CN: { unit: 'CAD', zone: 'America/Toronto', closes: '16:00' },
  NE: { unit: 'CAD', zone: 'America/Toronto', closes: '16:00' },
  DE: { unit: 'EUR', zone: 'Europe/Berlin', closes: '17:30' },
  F: { unit: 'EUR', zone: 'Europe/Berlin', closes: '22:00' },
  BE: { unit: 'EUR', zone: 'Europe/Berlin', closes: '22:00' },
  BM: { unit: 'EUR', zone: 'Europe/Berlin', closes: '22:00' },
  DU: { unit: 'EUR', zone: 'Europe/Berlin', closes: '22:00' },
  HA: { unit: 'EUR', zone: 'Europe/Berlin', closes: '22:00' },
  HM: { unit: 'EUR', zone: 'Europe/Berlin', closes: '22:00' },
  MU: { unit: 'EUR', zone: 'Europe/Berlin', closes: '22:00' },
  SG: { unit: 'EUR', zone: 'Europe/Berlin', closes: '22:00' },
  PA: { unit: 'EUR', zone: 'Europe/Paris', closes: '17:30' },
  AS: { unit: 'EUR', zone: 'Europe/Amsterdam', closes: '17:30' },
  BR: { unit: 'EUR', zone: 'Europe/Brussels', closes: '17:30' },
  LS: { unit: 'EUR', zone: 'Europe/Lisbon', closes: '16:30' },
  IR: { unit: 'EUR', zone: 'Europe/Dublin', closes: '16:30' },
  MI: { unit: 'EUR', zone: 'Europe/Rome', closes: '17:30' },
  MC: { unit: 'EUR', zone: 'Europe/Madrid', closes: '17:30' },
  VI: { unit: 'EUR', zone: 'Europe/Vienna', closes: '17:30' },
  HE: { unit: 'EUR', zone: 'Europe/Helsinki', closes: '18:30' },
  AT: { unit: 'EUR', zone: 'Europe/Athens', closes: '17:20' },
  TL: { unit: 'EUR', zone: 'Europe/Tallinn', closes: '16:00' },
  RG: { unit: 'EUR', zone: 'Europe/Riga', closes: '16:00' },
  VS: { unit: 'EUR', zone: 'Europe/Vilnius', closes: '16:00' },
  SW: { unit: 'CHF', zone: 'Europe/Zurich', closes: '17:30' },
  ST: { unit: 'SEK', zone: 'Europe/Stockholm', closes: '17:30' },
  OL: { unit: 'NOK', zone: 'Europe/Oslo', closes: '16:30' },
  CO: { unit: 'DKK', zone: 'Europe/Copenhagen', closes: '17:00' },
  IC: { unit: 'ISK', zone: 'Atlantic/Reykjavik', closes: '15:30' },
  WA: { unit: 'PLN', zone: 'Europe/Warsaw', closes: '17:00' },
  PR: { unit: 'CZK', zone: 'Europe/Prague', closes: '16:25' },
  BD: { unit: 'HUF', zone: 'Europe/Budapest', closes: '17:00' },
  RO: { unit: 'RON', zone: 'Europe/Bucharest', closes: '18:00' },
  IS: { unit: 'TRY', zone: 'Europe/Istanbul', closes: '18:00' },
  T: { unit: 'JPY', zone: 'Asia/Tokyo', closes: '15:30' },
  HK: { unit: 'HKD', zone: 'Asia/Hong_Kong', closes: '16:00' },
  SS: { unit: 'CNY', zone: 'Asia/Shanghai', closes: '15:00' },
  SZ: { unit: 'CNY', zone: 'Asia/Shanghai', closes: '15:00' },
  KS: { unit: 'KRW', zone: 'Asia/Seoul', closes: '15:30' },
  KQ: { unit: 'KRW', zone: 'Asia/Seoul', closes: '15:30' },
  TW: { unit: 'TWD', zone: 'Asia/Taipei', closes: '13:30' },
  TWO: { unit: 'TWD', zone: 'Asia/Taipei', closes: '13:30' },
  SI: { unit: 'SGD', zone: 'Asia/Singapore', closes: '17:00' },
  JK: { unit: 'IDR', zone: 'Asia/Jakarta', closes: '16:00' },
  KL: { unit: 'MYR', zone: 'Asia/Kuala_Lumpur', closes: '17:00' },
  BK: { unit: 'THB', zone: 'Asia/Bangkok', closes: '16:30' },
  PS: { unit: 'PHP', zone: 'Asia/Manila', closes: '15:00' },
  VN: { unit: 'VND', zone: 'Asia/Ho_Chi_Minh', closes: '15:00' },
  NS: { unit: 'INR', zone: 'Asia/Kolkata', closes: '15:30' },
  BO: { unit: 'INR', zone: 'Asia/Kolkata', closes: '15:30' },
  AX: { unit: 'AUD', zone: 'Australia/Sydney', closes: '16:00' },
  NZ: { unit: 'NZD', zone: 'Pacific/Auckland', closes: '16:45' },
  JO: { unit: 'ZAc', zone: 'Africa/Johannesburg', closes: '17:00' },
  TA: { unit: 'ILA', zone: 'Asia/Jerusalem', closes: '17:15' },
  SR: { unit: 'SAR', zone: 'Asia/Riyadh', closes: '15:00' },
  SA: { unit: 'BRL', zone: 'America/Sao_Paulo', closes: '17:00' },
  MX: { unit: 'MXN', zone: 'America/Mexico_City', closes: '15:00' },
  BA: { unit: 'ARS', zone: 'America/Argentina/Buenos_Aires', closes: '17:00' },
  SN: { unit: 'CLP', zone: 'America/Santiago', closes: '16:00' },
};

/** Indices outside the United States, in the money and by the clocks of their exchange; the suffix is that of its listings. */
const INDICES_OF: Record<string, string> = {
  DE: '^GDAXI ^MDAXI ^TECDAX ^SDAXI ^STOXX ^STOXX50E',
  PA: '^FCHI',
  AS: '^AEX',
  BR: '^BFX',
  MC: '^IBEX',
  VI: '^ATX',
  HE: '^OMXH25',
  SW: '^SSMI',
  ST: '^OMX',
  CO: '^OMXC25',
  T: '^N225 ^TOPX ^TPX',
  HK: '^HSI ^HSCE',
  KS: '^KS11',
  KQ: '^KQ11',
  TW: '^TWII',
  SI: '^STI',
  JK: '^JKSE',
  KL: '^KLSE',
  NS: '^NSEI',
  BO: '^BSESN',
  AX: '^AXJO ^AORD',
  NZ: '^NZ50',
  TO: '^GSPTSE',
  SA: '^BVSP',
  MX: '^MXX',
  BA: '^MERV',
};

/** London counts its indices in pounds, and its shares in pence. */
const OF_LONDON = '^FTSE ^FTMC ^FTAS ^FTLC ^FTAI';

const BY_INDEX = new Map<MarketSymbol, Listing | undefined>([
  ...OF_LONDON.split(' ').map((name) => [name, { ...BY_SUFFIX.L, unit: 'GBP' } as Listing] as const),
  ...Object.entries(INDICES_OF).flatMap(([suffix, names]) =>
    names.split(' ').map((name) => [name, BY_SUFFIX[suffix]] as const),
  ),
]);

/** Indices of the United States: of what is in neither list, nobody knows here where it is counted. */
const US_INDICES = new Set(
  (
    '^GSPC ^DJI ^IXIC ^NDX ^RUT ^VIX ^NYA ^XAX ^OEX ^MID ^SP400 ^SP600 ^SP500TR ^RUI ^RUA ^W5000 ^DWCF ^DJT ^DJU ^DJA ^SOX ^NBI ^BKX ' +
    '^XAU ^HUI ^VXN ^VXD ^VVIX ^OVX ^GVZ ^SKEW ^IRX ^FVX ^TNX ^TYX'
  ).split(' '),
);

/** Where an index of the tables is listed; undefined for one that they don't hold. */
export const indexListing = (symbol: MarketSymbol): Listing | undefined =>
  US_INDICES.has(symbol) ? US : BY_INDEX.get(symbol);
