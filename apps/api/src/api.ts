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

/** What routes and pages need of the process; each takes the parts that it uses. */
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
  /** The symbols that clients of all api processes stream. */
  streamed(): Promise<string[]>;
  /** Resolves when the event log is being read; streams wait for it. @throws Problem unavailable after 5 s */
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
