export * from './agree.ts';
export * from './bars/check-bars.ts';
export * from './catalogue.ts';
export type { Check, CheckContext, Objection } from './check.ts';
export * from './check-quote.ts';
export { dailyDeviation, explainedMove } from './expected-move.ts';
export type { ClosingBar } from './bars/gaps.ts';
export { splitsThatShow } from './bars/splits-shown.ts';
export { volatilityOf, VOLATILITY_SESSIONS } from './bars/volatility-of.ts';
