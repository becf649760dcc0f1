import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ask } from '../api/ask.ts';
import { ExplainCard } from '../components/explain-card.tsx';
import { HistoryCard } from '../components/history-card.tsx';
import { QuoteFacts } from '../components/quote-facts.tsx';
import { RefreshButton } from '../components/refresh-button.tsx';
import { RefreshState } from '../components/refresh-state.tsx';
import { SymbolHead } from '../components/symbol-head.tsx';
import { Trouble, unread } from '../components/trouble.tsx';
import { auto } from '../state/auto-refresh.ts';
import { everyMsFor } from '../state/market-hours.ts';
import { holdQuotes, quoteOf } from '../state/quotes.ts';
import { watchSymbols } from '../state/stream.ts';
import { useRead } from '../state/use-read.ts';
import { useTitle } from '../state/use-title.ts';

/** Any symbol: its price, its history, and why the price is what it is. */
export function SymbolPage({ symbol }: { symbol: string }) {
  useTitle(symbol);
  const quote = quoteOf(symbol).value;
  const readings = useSignal(0);
  const everyMs = auto.value ? everyMsFor(quote ? [quote.session] : []) : undefined;
  const explained = useRead(
    'GET /api/v1/market-data/explain/{symbol}',
    { path: { symbol } },
    {
      everyMs,
      onData({ quote: told }) {
        if (told) holdQuotes([told]);
      },
    },
  );
  useEffect(() => watchSymbols([symbol]), [symbol]);
  // A new price has a new explanation.
  const fetchedAt = quote?.fetched_at;
  useEffect(() => {
    if (fetchedAt !== undefined && fetchedAt !== explained.data.peek()?.fetched_at) explained.again();
  }, [fetchedAt]);

  const scope = `symbol ${symbol}`;
  const again = () => {
    explained.again();
    readings.value++;
  };
  const start = (force: boolean) => () =>
    ask('POST /api/v1/market-data/fetch/async', {
      body: { symbols: [symbol], ...(force ? { force_refresh: true } : {}) },
    });
  const explanation = explained.data.value;
  const isKnown = explained.notFound.value || (explanation !== null && explained.trouble.value === null);

  return (
    <>
      <SymbolHead symbol={symbol} quote={quote} asset={explanation?.asset ?? null}>
        {quote && (
          <RefreshButton scope={scope} start={start(true)} after={again} primary={false}>
            Fetch anyway
          </RefreshButton>
        )}
        <RefreshButton scope={scope} start={start(false)} after={again}>
          {quote ? 'Refresh' : 'Fetch'}
        </RefreshButton>
      </SymbolHead>
      <RefreshState scope={scope} />
      {!explained.notFound.value && <Trouble text={explained.trouble.value} again={explained.again} />}
      {quote === null && (
        <section class="card">
          <p class="empty">
            {explanation?.asset?.status === 'parked'
              ? `No provider knows ${symbol}. Fetch asks them once more.`
              : isKnown
                ? `Nothing is stored of ${symbol} yet. Fetch asks the providers for it.`
                : unread(explained)}
          </p>
        </section>
      )}
      {quote && <QuoteFacts quote={quote} />}
      {explanation && <HistoryCard symbol={symbol} readings={readings.value} everyMs={everyMs} />}
      {explanation && <ExplainCard explanation={explanation} />}
    </>
  );
}
