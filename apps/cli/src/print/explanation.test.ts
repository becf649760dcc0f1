import { type Explanation, explanationText } from './explanation.ts';

const explanation = (more: Partial<Explanation>): Explanation => ({
  ...{ symbol: 'ETH-USD', quote: null, provider: 'coingecko', quote_time: null, fetched_at: null, asset: null },
  ...{ chain: [], refused: null, checks: ['positive'], cross_check: null, suspicion: null, converted: null },
  ...{ adjustment_factor: null, fx_rate: null, refresh: null, replaced: null, anomalies: [] },
  freshness_policy: { session: 'open', next_refresh_at: null, because: 'market_closed' },
  ...more,
});

test('a provider that gave no price is named with its reason and its words', () => {
  const chain = [{ detail: 'HTTP 503', reason: 'rate_limited', provider: 'binance' }, { provider: 'yahoo' }];
  expect(explanationText(explanation({ chain }))).toContain(
    'tried before  binance: rate limited (HTTP 503); yahoo: refused\n',
  );
});

test('what is doubted of a price stands there in words', () => {
  const story = explanation({
    suspicion: { check: 'split_gap', detail: 'fell to a tenth', since: '2026-01-02T10:00:00.000Z' },
    cross_check: { source: 'yahoo', price: '12.5', check: 'unit_slip', agrees: false },
    anomalies: [{ check: 'jump', state: 'accepted', detail: 'fell by a fifth' }],
  });
  const text = explanationText(story);
  expect(text).toContain('suspect       split gap, fell to a tenth\n');
  expect(text).toContain('cross-check   yahoo had 12.5, doubted by the check unit slip; a second provider differs\n');
  expect(text).toContain('anomalies     jump, accepted, fell by a fifth\n');
});

test('what an older worker wrote otherwise is shown as it is, not crashed on', () => {
  const odd = explanation({ chain: [null], cross_check: { max_difference: 0.01 }, anomalies: [3], converted: 'x' });
  const text = explanationText(odd);
  expect(text).toContain('tried before  a provider: refused\n');
  expect(text).toContain('cross-check   max_difference 0.01\n');
  expect(text).toContain('converted     x\n');
});

test('what did not happen has no line', () => {
  expect(explanationText(explanation({}))).toBe(
    [
      'price         none is stored',
      'checks        positive',
      'next refresh  when asked: market closed, session open',
      '',
    ].join('\n'),
  );
});
