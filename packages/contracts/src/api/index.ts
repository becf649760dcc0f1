import type { z } from 'zod';
import { calculationOperations } from './calculations.ts';
import { marketDataOperations } from './market-data.ts';
import { observationOperations } from './observations.ts';
import type { Operation } from './operation.ts';
import { peopleOperations } from './people.ts';
import { portfolioOperations } from './portfolios.ts';
import { refreshOperations } from './refreshes.ts';
import { schedulerOperations } from './scheduler.ts';
import { streamOperations } from './streams.ts';
import { watchlistOperations } from './watchlists.ts';
import { webhookOperations } from './webhooks.ts';

/** Every operation of the API. The most frequent ones come first, because the router tries routes in this order. */
export const operations = {
  ...refreshOperations,
  ...marketDataOperations,
  ...watchlistOperations,
  ...portfolioOperations,
  ...schedulerOperations,
  ...peopleOperations,
  ...calculationOperations,
  ...observationOperations,
  ...webhookOperations,
  ...streamOperations,
};

export type Operations = typeof operations;
export type OperationKey = keyof Operations;

type Part<K extends OperationKey, P extends keyof Operation> = Operations[K] extends { [Q in P]: infer T }
  ? T
  : undefined;
type Out<T> = T extends z.ZodType ? z.output<T> : undefined;
type In<T> = T extends z.ZodType ? z.input<T> : undefined;

/** What a handler receives, after validation. */
export type PathOf<K extends OperationKey> = Out<Part<K, 'path'>>;
export type QueryOf<K extends OperationKey> = Out<Part<K, 'query'>>;
export type BodyOf<K extends OperationKey> = Out<Part<K, 'body'>>;
/** What a client sends. */
export type SentPathOf<K extends OperationKey> = In<Part<K, 'path'>>;
export type SentQueryOf<K extends OperationKey> = In<Part<K, 'query'>>;
export type SentBodyOf<K extends OperationKey> = In<Part<K, 'body'>>;
/** The body of a success answer. */
export type AnswerOf<K extends OperationKey> = Out<Operations[K]['answers'][keyof Operations[K]['answers']]>;

export type { Operation } from './operation.ts';
export { dayOrMoment } from './operation.ts';
export * from './calculations.ts';
export * from './explanation.ts';
export * from './historical.ts';
export * from './market-data.ts';
export * from './messages.ts';
export * from './observations.ts';
export * from './people.ts';
export * from './portfolios.ts';
export * from './refreshes.ts';
export * from './scheduler.ts';
export * from './strategy-options.ts';
export * from './streams.ts';
export * from './watchlists.ts';
export * from './webhooks.ts';
