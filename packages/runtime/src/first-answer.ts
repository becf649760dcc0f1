import type { Redis } from 'ioredis';

/** Redis answers the first question on a connection at once, even while it loads its file. */
const FIRST_ANSWER_MS = 2_500;

/**
 * Gives up a new connection on which nothing is answered within 2.5 s, and has the client make another. ioredis bounds only the making of
 * the connection. One that was made while packets vanished stays silent for ever, and `socketTimeout` takes 15 s to notice it:
 * after a hole of 20 s a lone worker took its next job 12 s after Redis was back; with this bound it is at most 5.
 * Clients that are duplicated from this one (BullMQ does so for its blocking reads) are bounded too.
 */
export function boundFirstAnswer(client: Redis, withinMs = FIRST_ANSWER_MS): Redis {
  client.on('connect', () => {
    const { stream } = client;
    let answered = false;
    const giveUp = () => {
      if (!answered) stream.destroy(new Error(`Redis did not answer a new connection within ${withinMs} ms`));
    };
    // After a blocked event loop timers come before data: the answer may be there, unread.
    const timer = setTimeout(() => setImmediate(giveUp), withinMs);
    const settle = () => {
      answered = true;
      clearTimeout(timer);
    };
    stream.once('data', settle);
    stream.once('close', settle);
  });
  const { duplicate } = client;
  client.duplicate = (override) => boundFirstAnswer(duplicate.call(client, override), withinMs);
  return client;
}
