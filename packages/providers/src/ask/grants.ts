import type { Logger } from '@freshet/runtime';
import type { Learned } from '../provider.ts';
import type { Grant, Ledger } from '../quota/ledger.ts';
import { notAsked } from './ended.ts';
import { type AskHow, GRANT_MS } from './how.ts';

/** The grants of one question: the one that its lane took, and one for every further call. */
export interface Grants {
  /** For the question itself: first the lane's grant, reduced to the real cost, then new ones. Null when refused. */
  forQuestion(cost: number): Promise<Grant | null>;
  /**
   * For a handshake's step: first the lane's grant, then new ones, waiting briefly. @throws Ended when refused for
   * longer
   */
  forStep(): Promise<Grant>;
  /** Returns the lane's grant while this question waits for another process; the question later takes a new one. */
  lend(): Promise<void>;
  /** A new grant of that cost; null when refused. */
  another(cost: number): Promise<Grant | null>;
  settle(grant: Grant, learned?: Learned[]): Promise<void>;
  giveBack(grant: Grant): Promise<void>;
  /** Gives back the lane's grant if it was never used. */
  end(): Promise<void>;
}

/** How long a handshake waits for grants: no question can be asked before it is done. */
const PATIENCE_MS = 5000;

export function createGrants(ledger: Ledger, provider: string, how: AskHow, logger: Pick<Logger, 'warn'>): Grants {
  let unused: Grant | null = how.grant;

  const take = (cost: number) => ledger.take({ provider, cost, rank: how.rank, timeoutMs: GRANT_MS });

  async function another(cost: number): Promise<Grant | null> {
    const reply = await take(cost);
    return reply.granted ? reply : null;
  }

  /** Only logs a failure: the grant times out by itself while Redis is away, and the answer is still worth having. */
  async function quietly(work: Promise<void>): Promise<void> {
    await work.catch((error: unknown) => {
      logger.warn({ provider, err: error }, 'the quota ledger could not be updated; the grant ends by its time-out');
    });
  }

  async function giveBackUnused(): Promise<void> {
    const grant = unused;
    unused = null;
    if (grant) await quietly(ledger.giveBack(grant));
  }

  return {
    another,

    async forQuestion(cost) {
      const first = unused;
      unused = null;
      if (first && cost <= first.cost) {
        if (cost < first.cost) await ledger.giveBack(first, cost);
        return { ...first, cost };
      }
      if (first) await ledger.giveBack(first);
      return another(cost);
    },

    async forStep() {
      // The lane's calls wait for this handshake. If it competed with them for grants, it could starve at a narrow
      // limit.
      const first = unused;
      unused = null;
      if (first) {
        if (first.cost > 1) await ledger.giveBack(first, 1);
        return { ...first, cost: 1 };
      }
      const until = performance.now() + PATIENCE_MS;
      for (;;) {
        const reply = await take(1);
        if (reply.granted) return reply;
        if (performance.now() + reply.retryInMs > until) throw notAsked(reply.because, reply.retryInMs);
        await new Promise((resolve) => setTimeout(resolve, reply.retryInMs));
      }
    },

    settle: (grant, learned) => quietly(ledger.settle(grant, learned)),
    giveBack: (grant) => quietly(ledger.giveBack(grant)),

    lend: giveBackUnused,
    end: giveBackUnused,
  };
}
