import type { Redis } from 'ioredis';

const PING_MS = 1_000;
/** Without an answer for this long a connection counts as dead, though nobody closed it. */
const DEAF_MS = 2_500;

/** Receives the invalidations of other processes, and knows since when it has missed none. */
export interface Listening {
  /** False when a message since `at` (ms) may have been missed. */
  heardAllSince(at: number): boolean;
  close(): void;
}

/**
 * Subscribes to invalidations. Redis never delivers a message that is published while the connection is down, so answers from before the
 * last reconnect can't be trusted without looking again.
 */
export function createListening(
  subscriber: Redis,
  channel: string,
  hear: (tags: readonly string[]) => void,
): Listening {
  let since: number | null = null;
  let heardAt = 0;

  async function tune(): Promise<void> {
    await subscriber.subscribe(channel);
    since ??= Date.now();
    heardAt = Date.now();
  }
  async function ask(): Promise<void> {
    await subscriber.ping();
    heardAt = Date.now();
  }
  const onReady = () => void tune().catch(() => {});
  const onClose = () => {
    since = null;
  };
  const onMessage = (from: string, text: string) => {
    if (from !== channel) return;
    const tags = parse(text);
    if (tags) hear(tags);
  };
  subscriber.on('ready', onReady);
  subscriber.on('close', onClose);
  subscriber.on('message', onMessage);
  if (subscriber.status === 'ready') onReady();

  // Messages and answers arrive in order, so the answer to this ping proves that everything published before it has arrived.
  const pinging = setInterval(() => {
    if (subscriber.status === 'ready') void ask().catch(() => {});
  }, PING_MS);
  pinging.unref();

  return {
    heardAllSince: (at) => since !== null && at >= since && Date.now() - heardAt < DEAF_MS,
    close() {
      clearInterval(pinging);
      subscriber.off('ready', onReady);
      subscriber.off('close', onClose);
      subscriber.off('message', onMessage);
    },
  };
}

function parse(text: string): string[] | null {
  try {
    const tags: unknown = JSON.parse(text);
    return Array.isArray(tags) && tags.every((tag) => typeof tag === 'string') ? tags : null;
  } catch {
    return null;
  }
}
