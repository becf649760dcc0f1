import { classOfSymbol, type MarketSymbol } from '@freshet/market';
import type { DataKind, ProviderErrorKind } from '@freshet/contracts';
import { recordingsDir } from '@freshet/testing';
import { complaintsOf, saysNothing, symbolsOf } from './conformance/complaints.ts';
import { checkReading } from './conformance/check-reading.ts';
import type { RecordingsExpected, Sample } from './conformance/expected.ts';
import { type Recording, recordingsListed, recordingsOf } from './conformance/recordings.ts';
import {
  askable,
  askFor,
  market,
  marketWith,
  NOW,
  sameBar,
  sameQuote,
  SESSIONS,
  simulate,
  SYMBOLS,
  toldFor,
  UNKNOWN,
} from './conformance/round-trip.ts';
import { mutations, spoiledFor } from './conformance/spoil.ts';
import type { Endpoint, HttpAnswer, Provider, Reading, SimulatedAnswer } from './provider.ts';
import { PROVIDERS } from './registry.ts';
import { UNNAMED } from './symbols/spelling.ts';

interface OfProvider {
  provider: Provider;
  recordings: RecordingsExpected;
  samples: Sample[];
}

/** A provider's tables stand in its folder, which is named like it. */
const ALL: OfProvider[] = await Promise.all(
  PROVIDERS.map(async (provider) => {
    const { recordings } = (await import(`./${folderOf(provider)}/recordings.expected.ts`)) as {
      recordings: RecordingsExpected;
    };
    const { samples } = (await import(`./${folderOf(provider)}/samples.ts`)) as { samples: Sample[] };
    return { provider, recordings, samples };
  }),
);

/** Throws where they aren't though REQUIRE_GROUNDTRUTH=1 says that they must be. */
const dir = recordingsDir();

function folderOf(provider: Provider): string {
  return provider.name;
}

function endpointsOf(provider: Provider): [DataKind, Endpoint<DataKind>][] {
  return Object.entries(provider.serves) as [DataKind, Endpoint<DataKind>][];
}

/** What this endpoint can be asked of the small market, in as many symbols as a call takes. */
function symbolsFor(data: DataKind, endpoint: Endpoint<DataKind>): MarketSymbol[] {
  const classes = new Set<string>(endpoint.classes);
  const known = data === 'earnings' ? ['AAPL'] : SYMBOLS;
  return askable(
    endpoint,
    known.filter((symbol) => classes.has(classOfSymbol(symbol))),
  );
}

const OUTAGE = JSON.stringify({ code: 500, status: 'error', message: 'Something went wrong on our side.' });
const soon = new Date(NOW.getTime() + 30_000);

const readIt = (endpoint: Endpoint<DataKind>, data: DataKind, symbols: MarketSymbol[], answer: HttpAnswer): Reading =>
  endpoint.read(answer, askFor(data, symbols));

describe.each(ALL.map((one) => [one.provider.name, one] as const))('%s', (_name, { provider, recordings, samples }) => {
  describe.each(endpointsOf(provider))('serves %s', (data, endpoint) => {
    const symbols = symbolsFor(data, endpoint);
    const written = () => simulate(provider, endpoint, askFor(data, symbols));

    test('there is something of the small market to ask it for', () => {
      expect(symbols.length).toBeGreaterThan(0);
      expect(endpoint.batchBest).toBeLessThanOrEqual(endpoint.batchMax);
      expect(endpoint.cost(symbols.length)).toBeGreaterThan(0);
    });

    test('what it reads of what the simulator writes is what the market told', () => {
      const read = readIt(endpoint, data, symbols, written());
      expect(read.errors).toEqual([]);
      expect(read.other).toEqual([]);
      if (data === 'quote') {
        expect(read.quotes.map((quote) => quote.symbol).sort()).toEqual([...symbols].sort());
        for (const quote of read.quotes) {
          const told = toldFor(quote);
          if (told) sameQuote(quote, told);
          expect([told?.currency, 'USDT']).toContain(quote.currency);
          expect(quote.quoteTime.getTime()).toBeLessThanOrEqual(NOW.getTime());
        }
      }
      if (data === 'bars') {
        for (const symbol of symbols) {
          const bars = read.bars.filter((bar) => bar.symbol === symbol);
          const told = market.bars(symbol, SESSIONS[0] ?? '', SESSIONS.at(-1) ?? '');
          expect(bars.map((bar) => bar.session)).toEqual(told.map((bar) => bar.session));
          for (const [index, bar] of bars.entries()) if (told[index]) sameBar(bar, told[index]);
        }
      }
      if (data === 'earnings') {
        const [told] = symbols.map((symbol) => market.earnings(symbol));
        expect(read.earnings).toEqual([
          { ...told, when: read.earnings[0]?.when === 'unknown' ? 'unknown' : told?.when },
        ]);
      }
    });

    test('a symbol that the market does not know brings no row and no exception', () => {
      const [unknown = UNKNOWN] = askable(endpoint, [UNKNOWN, 'NOSUCH-USD', 'XLM-USD']);
      const answer = simulate(provider, endpoint, askFor(data, [unknown]));
      const read = readIt(endpoint, data, [unknown], answer);
      expect([...read.quotes, ...read.bars, ...read.earnings]).toEqual([]);
      for (const error of read.errors) expect(['unknown_symbol', 'no_data']).toContain(error.kind);
    });

    test('a market at a price of zero is not read as a price', () => {
      const zero = marketWith({
        quote: (symbol) => {
          const quote = market.quote(symbol);
          return quote && { ...quote, price: '0' };
        },
        bars: (symbol, from, to) =>
          market.bars(symbol, from, to).map((bar) => ({ ...bar, open: '0', high: '0', low: '0', close: '0' })),
      });
      if (data === 'earnings') return;
      const read = readIt(endpoint, data, symbols, simulate(provider, endpoint, askFor(data, symbols), zero));
      expect([...read.quotes, ...read.bars]).toEqual([]);
      expect(read.errors.every((error) => ['no_data', 'malformed', 'unknown_symbol'].includes(error.kind))).toBe(true);
    });

    test.each(spoiledFor(data, written))('%s is refused by its kind', (_what, spoil, kinds) => {
      const good = written();
      const read = readIt(endpoint, data, symbols, { ...good, ...spoil(good) });
      expect([...read.quotes, ...read.bars, ...read.earnings]).toEqual([]);
      expect(read.errors.length).toBeGreaterThan(0);
      for (const error of read.errors) expect(kinds).toContain(error.kind);
    });
  });

  describe('its simulator refuses as the real one does', () => {
    const window = { ...(provider.limits[0] ?? { limit: 1, perSeconds: 60 }), used: 2, remaining: 0, resetsAt: soon };
    const request = { method: 'GET', path: '/', query: new URLSearchParams(), headers: {}, body: '' };
    const refusals = provider.simulatedRefusals ?? {};
    const told: [string, SimulatedAnswer | undefined, ProviderErrorKind[]][] = [
      ['over a limit', refusals.overLimit?.(window, request, NOW), ['rate_limited', 'quota_spent']],
      [
        'over a limit in spite of refusals',
        refusals.overLimit?.(window, request, NOW, soon),
        ['rate_limited', 'quota_spent'],
      ],
      ['a bad key', refusals.badKey?.(request), ['bad_key']],
      ['what the plan forbids', refusals.planForbids?.(request), ['plan_forbids']],
    ];
    const written = told.flatMap(([what, answer, kinds]) => (answer ? [{ what, answer, kinds }] : []));

    test.each([
      ['an outage', { status: 503, headers: {}, body: 'Service Unavailable' }, 'unavailable'],
      ['an outage that is told in JSON', { status: 500, headers: {}, body: OUTAGE }, 'unavailable'],
      ['a bad key', refusals.badKey?.(request), 'bad_key'],
    ] as const)('%s, which is of the provider and not of a symbol', (_what, answer, kind) => {
      for (const [data, endpoint] of answer ? endpointsOf(provider) : []) {
        const [symbol = ''] = symbolsFor(data, endpoint);
        const url = provider.baseUrl + endpoint.request(askFor(data, [symbol])).path;
        const read = readIt(endpoint, data, [symbol], {
          headers: {},
          url,
          receivedAt: NOW,
          status: 0,
          body: '',
          ...answer,
        });
        expect(read.errors.map((error) => [error.symbol, error.kind])).toEqual([[null, kind]]);
      }
    });

    test('an address that is gone, which says nothing of the symbols of a batch', () => {
      const answer = refusals.notFound?.(request);
      for (const [data, endpoint] of answer ? endpointsOf(provider) : []) {
        const symbols = symbolsFor(data, endpoint);
        if (!answer || symbols.length === 1) continue;
        const url = provider.baseUrl + endpoint.request(askFor(data, symbols)).path;
        const read = readIt(endpoint, data, symbols, { headers: {}, url, receivedAt: NOW, ...answer });
        expect(read.errors.length).toBeGreaterThan(0);
        for (const error of read.errors) expect(['malformed', 'unavailable']).toContain(error.kind);
      }
    });

    test.each(written)('$what', ({ answer, kinds }) => {
      for (const [data, endpoint] of endpointsOf(provider)) {
        const symbols = symbolsFor(data, endpoint);
        const url = provider.baseUrl + endpoint.request(askFor(data, symbols)).path;
        const read = readIt(endpoint, data, symbols, { headers: {}, url, receivedAt: NOW, ...answer });
        expect([...read.quotes, ...read.bars, ...read.earnings]).toEqual([]);
        expect(read.errors.length).toBeGreaterThan(0);
        for (const error of read.errors) expect(kinds).toContain(error.kind);
      }
    });
  });

  test('whatever is done to a good answer, reading never throws and never gives a price that is none', () => {
    for (const [data, endpoint] of endpointsOf(provider)) {
      const symbols = symbolsFor(data, endpoint).slice(0, 2);
      const good = simulate(provider, endpoint, askFor(data, symbols));
      for (const body of mutations(good.body)) {
        const answer = { ...good, body };
        const readings = [readIt(endpoint, data, symbols, answer), provider.readAny(answer)];
        const complaints = readings.flatMap(complaintsOf);
        if (saysNothing(readings[1])) complaints.push('says nothing');
        // Nobody asked for a row without a name; only whoever looks at an answer by itself may see one.
        if (symbolsOf(readings[0]).includes(UNNAMED)) complaints.push('a row without a name');
        if (complaints.length > 0) throw new Error(`${complaints.join(', ')} from ${body}`);
      }
    }
  });

  test('a price whose time cannot be read is never taken for one of now', () => {
    const endpoint = provider.serves.quote as Endpoint<DataKind> | undefined;
    if (!endpoint) return;
    const symbols = symbolsFor('quote', endpoint).slice(0, 2);
    const good = simulate(provider, endpoint, askFor('quote', symbols));
    const ofNow = ({ quotes }: Reading) => quotes.filter(({ quoteTime }) => quoteTime.getTime() === NOW.getTime());
    // A page without any time of its prices is the one that may say so.
    if (ofNow(readIt(endpoint, 'quote', symbols, good)).length > 0) return;
    for (const body of mutations(good.body)) {
      const read = readIt(endpoint, 'quote', symbols, { ...good, body });
      if (ofNow(read).length > 0) throw new Error(`a price of now from ${body}`);
    }
  });

  test.each(samples.map((sample) => [sample.name, sample] as const))('its sample: %s', (_what, sample) => {
    const { url, status = 200, headers = {}, body, receivedAt = NOW.toISOString() } = sample;
    const answer = { url, status, headers, body, receivedAt: new Date(receivedAt) };
    checkReading(provider.readAny(answer), sample.expected, answer);
  });

  test('has samples of its own: a price and a refusal', () => {
    expect(samples.some((sample) => sample.expected.quotes || sample.expected.bars)).toBe(true);
    expect(samples.some((sample) => sample.expected.errors)).toBe(true);
  });

  describe('recordings', () => {
    if (!dir) {
      test.skip('left out: RECORDINGS_DIR is not set, and the samples carry the suite', () => undefined);
      return;
    }
    const found: Recording[] = recordingsOf(dir, recordings.folder);

    test('each has a line in the table, and each line a recording', () => {
      expect(Object.keys(recordings.expected).sort()).toEqual(found.map((one) => one.file).sort());
    });

    for (const { file, answer } of found) {
      test(file, () => {
        const expected = recordings.expected[file];
        if (!expected) throw new Error(`${file} has no line in recordings.expected.ts`);
        checkReading(provider.readAny(answer), expected, answer);
      });
    }
  });
});

const given = dir ? test : test.skip; // A clone alone has no recordings, and the samples carry the suite; where they are required, `dir` throws.
given('every folder of recordings belongs to a provider', () => {
  if (!dir) return;
  const folders = new Set(recordingsListed(dir).map((file) => file.split('/')[0]));
  const known = new Set(ALL.map((one) => one.recordings.folder));
  expect([...folders].filter((folder) => !known.has(folder ?? ''))).toEqual([]);
});
