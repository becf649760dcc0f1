import type { QuoteView } from '@freshet/contracts';
import type { AnswerOf } from '@freshet/contracts/api';
import type { ComponentChildren } from 'preact';
import { SESSION_SAYS } from '../format/freshness.ts';
import { Change } from './change.tsx';
import { FreshnessPill } from './freshness-pill.tsx';
import { Price } from './price.tsx';
import { Suspect } from './suspect.tsx';

type Asset = AnswerOf<'GET /api/v1/market-data/explain/{symbol}'>['asset'];

/** The name and price of a symbol, and what may be done with it. */
export function SymbolHead({
  symbol,
  quote,
  asset,
  children,
}: {
  symbol: string;
  quote: QuoteView | null;
  asset: Asset;
  children: ComponentChildren;
}) {
  return (
    <div class="page-head">
      <div class="grow">
        <h1>
          {symbol} <span class="muted">{asset && asset.name !== symbol ? asset.name : ''}</span>
        </h1>
        <p class="muted small">
          {asset &&
            [asset.class, asset.sector, asset.status === 'active' ? null : asset.status].filter(Boolean).join(' · ')}
        </p>
        {quote && (
          <p class="quote-line">
            <span class="big">
              <Price price={quote.price} />
            </span>{' '}
            <span class="muted">{quote.currency}</span>{' '}
            <Change change={quote.change} percent={quote.change_percent} price={quote.price} />{' '}
            <FreshnessPill quote={quote} /> <Suspect quote={quote} />{' '}
            <span class="muted small">{SESSION_SAYS[quote.session]}</span>
          </p>
        )}
      </div>
      <div class="actions">{children}</div>
    </div>
  );
}
