import compression from 'compression';
import express, { type Express } from 'express';
import type { Api } from './api.ts';
import { mountDocs } from './docs/pages.ts';
import type { AllHandlers } from './http/ask.ts';
import { mark, markOf, setSafeHeaders } from './http/mark.ts';
import { mountOperations, otherMethods } from './http/mount.ts';
import { Problem, sendProblem } from './http/problem.ts';
import { refuse } from './http/serve.ts';
import { mountBoard } from './pages/board.ts';
import { mountDashboard } from './pages/dashboard.ts';
import { signIn } from './pages/sign-in.ts';
import { calculationRoutes } from './routes/calculations.ts';
import { healthRoutes } from './routes/health.ts';
import { holdingRoutes } from './routes/holdings.ts';
import { manualRefreshRoutes } from './routes/manual-refresh.ts';
import { marketDataRoutes } from './routes/market-data.ts';
import { observationRoutes } from './routes/observations.ts';
import { peopleRoutes } from './routes/people.ts';
import { portfolioRoutes } from './routes/portfolios.ts';
import { refreshRoutes } from './routes/refreshes.ts';
import { schedulerRoutes } from './routes/scheduler.ts';
import { sessionRoutes } from './routes/session.ts';
import { streamRoutes } from './routes/streams.ts';
import { triggerRoutes } from './routes/triggers.ts';
import { watchlistRoutes } from './routes/watchlists.ts';
import { WEB_SOCKET_PATH, wantUpgrade } from './routes/web-socket.ts';
import { webhookRoutes } from './routes/webhooks.ts';

/** The handlers of all operations, by resource. A missing handler doesn't compile. */
export function handlers(api: Api): AllHandlers {
  return {
    ...refreshRoutes(api),
    ...manualRefreshRoutes(api),
    ...marketDataRoutes(api),
    ...watchlistRoutes(api),
    ...portfolioRoutes(api),
    ...holdingRoutes(api),
    ...schedulerRoutes(api),
    ...calculationRoutes(api),
    ...observationRoutes(api),
    ...webhookRoutes(api),
    ...triggerRoutes(api),
    ...peopleRoutes(api),
    ...sessionRoutes(api),
    ...streamRoutes(api),
    ...healthRoutes(api),
  };
}

/** The Express app with all operations and pages. `checkAnswers`: validate each answer with its schema, for tests. */
export function createApp(api: Api, options: { checkAnswers?: boolean } = {}): Express {
  const app = express();
  app.disable('x-powered-by');
  // `sendAnswer` makes ETags, and `serve` reads the query.
  app.set('etag', false);
  app.set('query parser', false);
  // By default `/ADMIN/queues` is `/admin/queues`, past the rules of a proxy; and the symbol in `/fetch/BATCH` would be taken for `/fetch/batch`.
  app.enable('case sensitive routing');
  // Never `true`: then any caller could forge its address with X-Forwarded-For.
  app.set('trust proxy', api.config.trustProxy ?? false);
  app.use(mark(api));

  mountOperations(app, handlers(api), { ...api, checkAnswers: options.checkAnswers });
  app.all(WEB_SOCKET_PATH, wantUpgrade);
  // The rest are pages. They may replace these headers with policies of their own.
  app.use((request, response, next) => {
    setSafeHeaders(request, response);
    next();
  });
  app.get('/sign-in', signIn(api));
  // Only pages and their files are compressed: answers of the API are small, and a compressed stream would wait for a full block.
  app.use(compression());
  mountDocs(app);
  mountBoard(app, api);
  mountDashboard(app, api.config.dashboardDir);

  app.all(['/', '/sign-in', '/docs', '/openapi.json', '/problems'], otherMethods(['GET']));
  app.use((request, response) => {
    sendProblem(response, new Problem('not_found'), markOf(request).requestId);
  });
  app.use(((error, request, response, _next) => {
    refuse(error, request, response, api.log);
  }) satisfies express.ErrorRequestHandler);
  return app;
}
