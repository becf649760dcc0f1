import { unescaped } from '../symbols/spelling.ts';
import { recordOf } from '../wire/wire-json.ts';
import { isDownload } from './download.ts';

/** The endpoints that are read. */
export type YahooEndpoint = 'quote' | 'chart' | 'spark' | 'download' | 'quoteSummary';

/** Which endpoint an answer came from; `other` says why it isn't one that is read. */
export type EndpointFound = { name: YahooEndpoint; other?: undefined } | { name: string; other: string };

const BY_ENVELOPE = new Map<string, YahooEndpoint>([
  ['quoteResponse', 'quote'],
  ['chart', 'chart'],
  ['spark', 'spark'],
  ['quoteSummary', 'quoteSummary'],
]);

const SESSION = /\/v1\/test\/(getcrumb|csrftoken)|:\/\/(fc|guce|consent|login)\.yahoo\./;

/** By the address where it names one (`/v7/finance/quote`), else by the envelope of the body. */
export function endpointOf(url: string, json: unknown, body: string): EndpointFound {
  if (SESSION.test(url)) return { name: 'session', other: 'a step of the handshake that brings cookie and crumb' };
  const named = /\/v\d+\/finance\/([A-Za-z]+)(?=[/?]|$)/.exec(url)?.[1];
  if (named && isRead(named)) return { name: named };
  const [envelope = ''] = Object.keys(recordOf(json) ?? {});
  const byBody = BY_ENVELOPE.get(envelope) ?? (isDownload(body) ? 'download' : undefined);
  if (byBody) return { name: byBody };
  return { name: named ?? pathOf(url), other: 'holds no quotes, daily bars or earnings dates that are used' };
}

function isRead(name: string): name is YahooEndpoint {
  return name === 'download' || [...BY_ENVELOPE.values()].some((one) => one === name);
}

function pathOf(url: string): string {
  return /^[a-z]+:\/\/[^/]+(\/[^?#]*)/.exec(url)?.[1] ?? (url || 'unknown');
}

/** The symbols that an address names, as written: `?symbols=A,B` or the end of the path. */
export function symbolsIn(url: string): string[] {
  const list = /[?&]symbols?=([^&#]+)/.exec(url)?.[1];
  if (list) return decoded(list).split(',').filter(Boolean);
  const tail = /\/finance\/(?:chart|download|quoteSummary|spark)\/([^/?#]+)/.exec(url)?.[1];
  return tail ? [decoded(tail)] : [];
}

const decoded = (text: string): string => unescaped(text.replace(/\+/g, ' '));
