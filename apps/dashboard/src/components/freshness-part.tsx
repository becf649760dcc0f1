import type { AnswerOf } from '@freshet/contracts/api';
import { FRESHNESS } from '@freshet/contracts/vocabulary';
import { useSignal } from '@preact/signals';
import { FRESHNESS_SAYS } from '../format/freshness.ts';
import { formatCount } from '../format/numbers.ts';
import { formatAge } from '../format/times.ts';
import { serverNow } from '../state/clock.ts';
import { symbolHref } from '../state/route.ts';
import { useRead } from '../state/use-read.ts';
import { Trouble, Unread } from './trouble.tsx';
import './freshness-part.css';

type Asset = AnswerOf<'GET /api/v1/freshness'>['data'][number];

const EVERY_MS = 10_000;
const CLASSES: Record<string, string> = {
  equity: 'Equities',
  etf: 'ETFs',
  index: 'Indices',
  crypto: 'Crypto',
  fx: 'Currencies',
  commodity: 'Commodities',
};

/** Every symbol, coloured and worded by how fresh its price is. */
export function FreshnessPart() {
  const read = useRead('GET /api/v1/freshness', {}, { everyMs: EVERY_MS });
  const only = useSignal<string | null>(null);
  const data = read.data.value;
  if (data === null) return <Unread read={read} />;
  const shown =
    only.value === null ? data.data : data.data.filter((asset) => (asset.freshness ?? 'none') === only.value);
  // What hasn't changed isn't sent again: its ages are those of when it was.
  const sinceS = Math.max(0, (serverNow() - Date.parse(data.as_of)) / 1_000);
  const groups = Map.groupBy(shown, (asset) => asset.class);
  return (
    <>
      <Trouble text={read.trouble.value} />
      <div class="tabs" role="group" aria-label="Show">
        <button
          type="button"
          aria-pressed={only.value === null}
          onClick={() => {
            only.value = null;
          }}
        >
          all {formatCount(data.data.length)}
        </button>
        {[...FRESHNESS, 'none' as const].map((word) => (
          <button
            key={word}
            type="button"
            title={word === 'none' ? 'no price yet' : FRESHNESS_SAYS[word]}
            aria-pressed={only.value === word}
            onClick={() => {
              only.value = word;
            }}
          >
            {word === 'none' ? 'no price' : word}{' '}
            {formatCount(data.data.filter((asset) => (asset.freshness ?? 'none') === word).length)}
          </button>
        ))}
      </div>
      {[...groups].map(([name, assets]) => (
        <section key={name} class="card" aria-label={CLASSES[name] ?? name}>
          <div class="card-head">
            <h2>
              {CLASSES[name] ?? name} <span class="muted">{assets.length}</span>
            </h2>
          </div>
          <div class="card-body map">
            {assets.map((asset) => (
              <Tile key={asset.symbol} asset={asset} sinceS={sinceS} />
            ))}
          </div>
        </section>
      ))}
    </>
  );
}

function Tile({ asset, sinceS }: { asset: Asset; sinceS: number }) {
  const { symbol, name, freshness, age_s, status, source } = asset;
  const says = freshness === null ? (status === 'parked' ? 'parked' : 'no price') : freshness;
  return (
    <a href={symbolHref(symbol)} class={freshness ?? ''} title={`${name}, ${says}${source ? `, from ${source}` : ''}`}>
      <b>{symbol}</b>
      {says}
      {age_s !== null && ` ${formatAge(age_s + sinceS)}`}
    </a>
  );
}
