import type { AnswerOf } from '@freshet/contracts/api';
import { formatPrice } from './numbers.ts';

type Explanation = AnswerOf<'GET /api/v1/market-data/explain/{symbol}'>;
type Fields = Record<string, unknown>;

export interface ExplainStep {
  title: string;
  says: string;
}

/** The steps of an explanation, in the order in which they happened. What workers wrote is read with care: it may be older than this page. */
export function explainSteps(explanation: Explanation): ExplainStep[] {
  const { provider, chain, checks, cross_check, converted, fx_rate, adjustment_factor, anomalies, asset, suspicion } =
    explanation;
  const steps: ExplainStep[] = [];
  if (provider !== null) steps.push({ title: 'Provider', says: provider });
  if (chain.length > 0) steps.push({ title: 'Tried before', says: chain.map(triedSays).join('; ') });
  if (converted !== null) steps.push({ title: 'Converted', says: convertedSays(fieldsOf(converted)) });
  if (checks.length > 0) steps.push({ title: 'Checks passed', says: checks.map(nameOf).join(', ') });
  if (suspicion !== null) steps.push({ title: 'Suspect', says: anomalySays(suspicion) });
  if (cross_check !== null) steps.push({ title: 'Cross-check', says: opinionSays(cross_check) });
  if (adjustment_factor !== null && adjustment_factor !== 1)
    steps.push({ title: 'Adjustment', says: `× ${adjustment_factor} for splits and dividends` });
  if (fx_rate !== null) steps.push({ title: 'Worth in USD', says: `${formatPrice(fx_rate.rate)} by ${fx_rate.pair}` });
  if (asset?.parked_because) steps.push({ title: 'Parked', says: asset.parked_because });
  if (asset && asset.quality !== null)
    steps.push({ title: 'Data quality', says: `${Math.round(asset.quality * 100)} of 100` });
  if (anomalies.length > 0) steps.push({ title: 'Anomalies', says: anomalies.map(anomalySays).join('; ') });
  return steps;
}

/** A provider that gave no price, and why. */
export function triedSays(tried: unknown): string {
  const { provider, reason, detail } = fieldsOf(tried);
  const why = String(reason ?? 'refused').replaceAll('_', ' ');
  return `${String(provider ?? 'a provider')}: ${why}${typeof detail === 'string' ? ` (${detail})` : ''}`;
}

function convertedSays({ from, rate, assumed }: Fields): string {
  // Pence by the listing, or dollars because nobody knows the exchange: what it is isn't known for sure.
  if (assumed === true) return `taken for ${String(from)}, for its currency isn't named`;
  return `from ${String(from ?? 'another unit')} at ${String(rate ?? 'a stored rate')}`;
}

/** What was held of one provider, and whether the price of the other agrees with it. */
function opinionSays(opinion: unknown): string {
  const { source, price, check, agrees } = fieldsOf(opinion);
  if (typeof source !== 'string' || typeof agrees !== 'boolean') return plain(opinion);
  const doubted = `${source} had ${String(price)}, doubted by the check ${nameOf(check)}`;
  return `${doubted}; a second provider ${agrees ? 'agrees' : 'differs'}`;
}

function anomalySays(anomaly: unknown): string {
  const { check, state, detail } = fieldsOf(anomaly);
  return [nameOf(check), state, detail].filter((part) => typeof part === 'string').join(', ');
}

function nameOf(check: unknown): string {
  const { check: name, name: other } = fieldsOf(check);
  return String(name ?? other ?? check).replaceAll('_', ' ');
}

function plain(value: unknown): string {
  const fields = Object.entries(fieldsOf(value));
  if (fields.length === 0) return String(value);
  return fields.map(([name, each]) => `${name.replaceAll('_', ' ')} ${String(each)}`).join(', ');
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
