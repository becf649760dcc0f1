import type { Logger } from '@freshet/runtime';
import type { Learned } from '../provider.ts';
import type { Grant, Ledger } from '../quota/ledger.ts';
import { notAsked } from './ended.ts';
import { type AskHow, GRANT_MS } from './how.ts';

/** The grants of one question: the one that its lane took, and those of every further call. */
export interface Grants {
  /** For the question itself: at first the lane's, cut to size. Null when another one is refused. */
  forQuestion(cost: number): Promise<Grant | null>;
  /** For a call on the way (a handshake): the lane's first, then others, waited for a little. @throws Ended when refused for longer */
  forStep(): Promise<Grant>;
  /** The lane's grant goes back, for whoever needs it meanwhile; the question takes another. */
  lend(): Promise<void>;
  /** Another of the same cost; null when it is refused. */
  another(cost: number): Promise<Grant | null>;
  settle(grant: Grant, learned?: Learned[]): Promise<void>;
  giveBack(grant: Grant): Promise<void>;
  /** Gives back the lane's grant if it was never used. */
  end(): Promise<void>;
}

/** A handshake waits at most so long for its grants: it stands before everything else. */
const PATIENCE_MS = 5000;

export function createGrants(ledger: Ledger, provider: string, how: AskHow, logger: Pick<Logger, 'warn'>): Grants {
  let unused: Grant | null = how.grant;

  const take = (cost: number) => ledger.take({ provider, cost, rank: how.rank, timeoutMs: GRANT_MS });

  async function another(cost: number): Promise<Grant | null> {
    const reply = await take(cost);
    return reply.granted ? reply : null;
  }

  /** While Redis is away a grant times out by itself, and the answer is worth having all the same. */
  async function quietly(work: Promise<void>): Promise<void> {
    await work.catch((error: unknown) => {
      logger.warn({ provider, err: error }, 'the ledger could not be told');
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
      // What the lane waits for is this handshake: with grants of their own beside it, its calls would starve it at a narrow limit.
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
