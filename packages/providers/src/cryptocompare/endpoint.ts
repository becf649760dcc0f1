import { recordOf } from '../wire/wire-json.ts';

/** What an address asked CryptoCompare for. */
export interface Asked {
  endpoint: 'price' | 'pricemulti' | 'pricemultifull' | 'pricehistorical' | 'histoday' | 'other';
  path: string;
  /** Upper case. */
  fsyms: string[];
  tsyms: string[];
  ts: string | null;
  /** Days in a row of history. */
  aggregate: number;
}

const READ = ['price', 'pricemulti', 'pricemultifull', 'pricehistorical', 'histoday'] as const;

/** By the address, else by the form of the body. */
export function requestOf(url: string, json: unknown): Asked {
  const [address = '', search = ''] = url.split('?', 2);
  const path = /^[a-z]+:\/\/[^/]+(\/.*)$/.exec(address)?.[1] ?? address;
  const query = new URLSearchParams(search);
  const list = (...names: string[]) =>
    names.flatMap((name) =>
      (query.get(name) ?? '')
        .toUpperCase()
        .split(',')
        .map((one) => one.trim())
        .filter(Boolean),
    );
  const name = /^\/data\/(?:v2\/)?([a-z]+)\/?$/i.exec(path)?.[1]?.toLowerCase();
  return {
    endpoint: READ.find((one) => one === name) ?? (path.length > 1 ? 'other' : byBody(json)),
    path: path || 'unknown',
    fsyms: list('fsym', 'fsyms'),
    tsyms: list('tsym', 'tsyms'),
    ts: query.get('ts'),
    aggregate: Number(query.get('aggregate') ?? 1) || 1,
  };
}

function byBody(json: unknown): Asked['endpoint'] {
  const body = recordOf(json);
  if (!body) return 'other';
  if (recordOf(body.RAW)) return 'pricemultifull';
  const coins = Object.values(body);
  if (coins.length > 0 && coins.every(isPrice) && Object.keys(body).every((name) => /^[A-Z0-9]+$/.test(name)))
    return 'price';
  if (Array.isArray(recordOf(body.Data)?.Data ?? body.Data) && 'TimeTo' in body) return 'histoday';
  const tables =
    coins.length > 0 && coins.every((coin) => Object.values(recordOf(coin) ?? { none: '' }).every(isPrice));
  return tables ? 'pricemulti' : 'other';
}

const isPrice = (value: unknown) => typeof value === 'number';
