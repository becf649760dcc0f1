import { unescaped } from '../symbols/spelling.ts';
import { recordOf } from '../wire/wire-json.ts';
import { wireDecimal } from '../wire/wire-number.ts';

/** What an address asked CoinGecko for. */
export interface CoinRequest {
  endpoint: 'markets' | 'simplePrice' | 'coin' | 'marketChart' | 'ohlc' | 'other';
  path: string;
  ids: string[];
  /** Lower case. */
  versus: string[];
  /** For a coin's history: the midnight asked for. */
  at?: Date;
}

/** By the address, else by the form of the body. */
export function requestOf(url: string, json: unknown): CoinRequest {
  const [address = '', search = ''] = url.split('?', 2);
  const path = /^[a-z]+:\/\/[^/]+\/?(.*)$/.exec(address)?.[1] ?? address;
  const below = path.replace(/^(?:.*\/)?api\/v\d+\//, '').replace(/\/$/, '');
  const query = new URLSearchParams(search);
  const list = (name: string) =>
    (query.get(name) ?? '')
      .toLowerCase()
      .split(/[,\s]+/)
      .filter(Boolean);
  const versus = [...list('vs_currencies'), ...list('vs_currency')];
  const named = { path: `/${below}`, versus };
  if (below === 'simple/price') return { ...named, endpoint: 'simplePrice', ids: list('ids') };
  if (below === 'coins/markets') return { ...named, endpoint: 'markets', ids: list('ids') };
  const coin = /^coins\/([^/]+)((?:\/.*)?)$/.exec(below);
  if (coin) {
    const ids = [unescaped(coin[1] ?? '').toLowerCase()];
    const tail = coin[2] ?? '';
    if (/^\/market_chart(\/range)?$/.test(tail)) return { ...named, endpoint: 'marketChart', ids };
    if (/^\/ohlc(\/range)?$/.test(tail)) return { ...named, endpoint: 'ohlc', ids };
    if (tail === '/history') return { ...named, endpoint: 'coin', ids, at: dateOf(query.get('date')) };
    // By a contract's address: the coin's id stands in the body.
    if (/^\/contract\/[^/]+$/.test(tail)) return { ...named, endpoint: 'coin', ids: [] };
    if (tail === '' && coin[1] !== 'list') return { ...named, endpoint: 'coin', ids };
    return { ...named, endpoint: 'other', ids };
  }
  return { ...named, endpoint: below === '' || below === path ? byBody(json) : 'other', ids: [] };
}

function byBody(json: unknown): CoinRequest['endpoint'] {
  const first = Array.isArray(json) ? recordOf(json[0]) : undefined;
  if (first && 'current_price' in first) return 'markets';
  const body = recordOf(json);
  if (!body) return 'other';
  if ('market_data' in body && 'id' in body) return 'coin';
  const coins = Object.values(body).map(recordOf);
  return coins.length > 0 && coins.every((coin) => coin && Object.values(coin).every(isNumber))
    ? 'simplePrice'
    : 'other';
}

const isNumber = (value: unknown) => value === null || wireDecimal(value) !== null;

/** `30-12-2017` (or `2017-12-30`) as its midnight in UTC. */
function dateOf(text: string | null): Date | undefined {
  const [, day, month, year] = /^(\d{1,2})-(\d{1,2})-(\d{4})$/.exec(text ?? '') ?? [];
  const iso = day ? `${year}-${month?.padStart(2, '0')}-${day.padStart(2, '0')}` : (text ?? '');
  const at = new Date(`${iso}T00:00:00Z`);
  return Number.isNaN(at.getTime()) ? undefined : at;
}
