import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Queue } from 'bullmq';
import { type Producer, queuesOf } from './producer.ts';

export interface BoardOptions {
  producer: Producer;
  /** Where the api mounts it: `/admin/queues`. */
  basePath: string;
  /** Reading alone: writes answer 405. */
  readOnly: boolean;
}

export type BoardHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/**
 * The Content-Security-Policy for Bull Board. Its scripts are served from here, and some of its styles are inline. The web font that it
 * requests from another host is blocked, so the system's font is used.
 */
export const BOARD_CSP =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; " +
  "connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

/**
 * Bull Board as a handler to mount with `app.use(basePath, …)`. It checks neither the sign-in nor, for writes, the origin of a request: both
 * must be checked before it. It is built at the first request, because a queue needs a live Redis. Its 9 MB of code are loaded then too,
 * because only the api shows it. Jobs may be added by hand, as the consumer validates them.
 */
export function bullBoard({ producer, basePath, readOnly }: BoardOptions): BoardHandler {
  const queues = queuesOf(producer);
  let built: { names: string; handler: Promise<BoardHandler> } | null = null;

  async function build(): Promise<BoardHandler> {
    const [{ createBullBoard }, { BullMQAdapter }, { ExpressAdapter }] = await Promise.all([
      import('@bull-board/api'),
      import('@bull-board/api/bullMQAdapter'),
      import('@bull-board/express'),
    ]);
    const adapters = await Promise.all(
      queues.names().map((name) =>
        queues.with(name, async (queue: Queue) => {
          await queue.waitUntilReady();
          return new BullMQAdapter(queue, { readOnlyMode: readOnly, allowRetries: !readOnly });
        }),
      ),
    );
    const serverAdapter = new ExpressAdapter().setBasePath(basePath);
    createBullBoard({ queues: adapters, serverAdapter, options: { uiConfig: { boardTitle: 'Freshet queues' } } });
    return serverAdapter.getRouter() as BoardHandler;
  }

  return (request, response, next) => {
    const names = queues.names().join();
    if (built?.names !== names) {
      const handler = build();
      const attempt = { names, handler };
      built = attempt;
      handler.catch(() => {
        if (built === attempt) built = null;
      });
    }
    response.setHeader('Content-Security-Policy', BOARD_CSP);
    built.handler.then((handler) => handler(request, response, next), next);
  };
}
