import type { DecimalText } from '../decimal.ts';
import type { Quote } from '../quote.ts';
import { CHECK_NAMES, CHECKS, type CheckName } from './catalogue.ts';
import type { CheckContext } from './check.ts';

/** An observation about a quote that is stored all the same. */
export interface Noted {
  check: CheckName;
  detail: string;
}

/**
 * `pass`: store it (`older`: the store keeps its newer price). `refuse`: the provider is wrong, ask another.
 * `hold`: suspicious, ask for a second opinion.
 */
export type Finding =
  | { verdict: 'pass'; passed: CheckName[]; older: boolean; noted: Noted[] }
  | { verdict: 'refuse' | 'hold'; check: CheckName; detail: string; expected: DecimalText | null; passed: CheckName[] };

/** Runs every check on a quote and returns the verdict of the first objection. */
export function checkQuote(quote: Quote, context: CheckContext): Finding {
  const passed: CheckName[] = [];
  const noted: Noted[] = [];
  for (const check of CHECK_NAMES) {
    const objection = CHECKS[check](quote, context);
    if (!objection) passed.push(check);
    // The checks that follow compare with the stored price, which is newer: their result would mean nothing.
    else if (objection.verdict === 'older') return { verdict: 'pass', passed, older: true, noted };
    else if (objection.verdict === 'note') noted.push({ check, detail: objection.detail });
    else {
      const { verdict, detail, expected = null } = objection;
      return { verdict, check, detail, expected, passed };
    }
  }
  return { verdict: 'pass', passed, older: false, noted };
}
