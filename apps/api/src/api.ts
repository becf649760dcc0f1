import type { Cache } from '@freshet/cache';
import type { EventSubscriber, Hints } from '@freshet/events';
import type { Producer } from '@freshet/queue';
import type { Logger, Metrics, Readiness } from '@freshet/runtime';
import type { Pool } from '@freshet/store';
import type { Gate } from './access/authenticate.ts';
import type { ApiConfig } from './api-config.ts';
import type { Quotes } from './memory/quotes.ts';
import type { Door } from './refreshes/door.ts';
import type { Providers } from './refreshes/providers.ts';
import type { createScopes } from './refreshes/scopes.ts';
import type { Views } from './refreshes/views.ts';
import type { Streams } from './streams.ts';

/** What routes are handed: each takes what it needs. */
export interface Api {
  config: ApiConfig;
  pool: Pool;
  log: Logger;
  metrics: Metrics;
  readiness: Readiness;
  producer: Producer;
  cache: Cache;
  /** Latest quotes, cached. */
  quotes: Quotes;
  events: EventSubscriber;
  /** The symbols that clients stream, of every api process. */
  streamed(): Promise<string[]>;
  /** Streams wait for it. @throws Problem unavailable when the log can't be read for a while */
  eventsStarted(): Promise<void>;
  hints: Hints;
  gate: Gate;
  views: Views;
  door: Door;
  providers: Providers;
  scopes: ReturnType<typeof createScopes>;
  streams: Streams;
  now(): Date;
}
