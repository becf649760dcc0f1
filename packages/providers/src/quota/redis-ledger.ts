import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Learned, QuotaWindow } from '../provider.ts';
import type { Grant, GrantAsk, Ledger, QuotaState, Refusal } from './ledger.ts';
import { type LedgerKeys, ledgerKeys } from './keys.ts';
import { learnedArgs } from './learned.ts';
import { BLOCK } from './lua/block.lua.ts';
import { GIVE_BACK } from './lua/give-back.lua.ts';
import { LOOK } from './lua/look.lua.ts';
import { OPEN } from './lua/open.lua.ts';
import { PARK } from './lua/park.lua.ts';
import { SETTLE } from './lua/settle.lua.ts';
import { TAKE } from './lua/take.lua.ts';
import { refusalOf, type RefusedWindow, seenOf } from './replies.ts';
import { script } from './scripts.ts';
import { classRank } from './share.ts';
import { openingArgs, reserveBlock } from './stored-use.ts';
import type { UsageStore } from './usage.ts';
import { type LedgerWindow, ledgerWindow } from './window-args.ts';

/** The quota of one provider and key. */
export interface LedgerAccount {
  provider: string;
  /** A hash of the provider's key, so that another key has another ledger; `none` without a key. */
  keyHash: string;
  windows: readonly QuotaWindow[];
  /** The operator has set these windows. What the provider reports may lower their limits but not raise them. */
  fixed?: boolean;
}

export interface LedgerOptions {
  redis: Redis;
  /** The prefix of the ledger's keys in Redis, such as `{freshet}:`. */
  prefix: string;
  usage: UsageStore;
  accounts: readonly LedgerAccount[];
  /**
   * The time in ms, for simulations only; it then replaces Redis's clock too. Otherwise all exact times come from
   * Redis's clock, and this machine's clock is used only to find the resets around now.
   */
  now?: () => number;
}

interface Account extends LedgerAccount {
  keys: LedgerKeys;
  perWindow: LedgerWindow[];
}

/** The longest a park lasts and an idle ledger is remembered: a quarter. */
const REMEMBERED_MS = 92 * 86_400_000;

/** When to ask again where nothing but time helps. */
const AGAIN_MS = 1000;

type TakeReply = [1, number, number] | [0, ...RefusedWindow[]] | [-1, number] | [-2, number, number, number, number];

/** The ledger on Redis. @throws Error of ioredis while Redis is away; nothing is granted then. */
export function createLedger({ redis, prefix, usage, accounts, now }: LedgerOptions): Ledger {
  const scripts = {
    take: script(redis, 'quotaTake', TAKE),
    settle: script(redis, 'quotaSettle', SETTLE),
    giveBack: script(redis, 'quotaGiveBack', GIVE_BACK),
    open: script(redis, 'quotaOpen', OPEN),
    block: script(redis, 'quotaBlock', BLOCK),
    park: script(redis, 'quotaPark', PARK),
    look: script(redis, 'quotaLook', LOOK),
  };
  const clock = now ?? Date.now;
  const byProvider = new Map(accounts.map((account) => [account.provider, prepared(account)]));
  /** Openings and reservations in progress in this process. Callers that need the same one share it. */
  const underWay = new Map<string, Promise<unknown>>();

  function prepared(account: LedgerAccount): Account {
    const perWindow = account.windows.map((window) => ledgerWindow(window, account.windows, account.fixed ?? false));
    const names = perWindow.map(({ id }) => id);
    return { ...account, perWindow, keys: ledgerKeys(prefix, account, names) };
  }

  function accountOf(provider: string): Account {
    const account = byProvider.get(provider);
    if (!account) throw new Error(`there is no ledger for ${provider}`);
    return account;
  }

  function common(account: Account, rank: number, dry: ReadonlySet<number> = new Set()) {
    const at = clock();
    return {
      now: now ? at : undefined,
      ttl: REMEMBERED_MS,
      windows: account.perWindow.map((window, index) => window.args(at, rank, dry.has(index))),
    };
  }

  function once<T>(name: string, work: () => Promise<T>): Promise<T> {
    const running = underWay.get(name) as Promise<T> | undefined;
    if (running) return running;
    const started = work().finally(() => underWay.delete(name));
    underWay.set(name, started);
    return started;
  }

  function open(account: Account, epoch: number, timeout: number): Promise<unknown> {
    return once(`open ${account.provider}`, async () => {
      const { wiped } = await usage.adopt(account, new Date(epoch));
      const windows = await openingArgs(account, account.perWindow, usage, clock());
      const args = common(account, 1);
      return scripts.open(account.keys, {
        ...args,
        epoch,
        wiped,
        timeout,
        windows: args.windows.map((window, index) => ({ ...window, ...windows[index] })),
      });
    });
  }

  /** True when Postgres has nothing (more) of this window to give, so that only what is reserved may be spent. */
  function block(account: Account, index: number, missing: number, period: number, limit: number): Promise<boolean> {
    return once(`block ${account.provider} ${index}`, async () => {
      const { reserved, dry } = await reserveBlock(account, account.perWindow[index], usage, {
        missing,
        period,
        limit,
      });
      if (reserved > 0) {
        await scripts.block(account.keys, { ...common(account, 1), window: index + 1, period, amount: reserved });
      }
      return dry;
    });
  }

  async function take(ask: GrantAsk): Promise<Grant | Refusal> {
    const account = accountOf(ask.provider);
    const cost = Math.ceil(ask.cost);
    const id = randomUUID();
    const dry = new Set<number>();
    // Each round does what the one before asked for. More than a few rounds mean that Redis is wiped again and again.
    for (let turn = 0; turn < 10; turn++) {
      const endsBy = performance.now() + ask.timeoutMs;
      const reply = (await scripts.take(account.keys, {
        ...common(account, ask.rank, dry),
        id,
        cost,
        atLeast: Math.min(cost, Math.ceil(ask.atLeast ?? cost)),
        class: String(classRank(ask.rank)),
        timeout: Math.ceil(ask.timeoutMs),
      })) as TakeReply;
      if (reply[0] === 1) return { granted: true, id, provider: ask.provider, cost: reply[1], nth: reply[2], endsBy };
      if (reply[0] === 0) return refusalOf(reply.slice(1) as RefusedWindow[], account.perWindow, clock());
      try {
        if (reply[0] === -1) await open(account, reply[1], ask.timeoutMs);
        else if (await block(account, reply[1] - 1, reply[2], reply[3], reply[4])) dry.add(reply[1] - 1);
      } catch (error) {
        return unrecorded(error);
      }
    }
    return { granted: false, retryInMs: AGAIN_MS, because: 'the ledger is being opened', byShare: false };
  }

  return {
    take,

    async settle(grant: Grant, learned: Learned[] = []): Promise<void> {
      const account = accountOf(grant.provider);
      const args = learnedArgs(learned, account.windows);
      await scripts.settle(account.keys, { ...common(account, 1), id: grant.id, cost: grant.cost, learned: args });
    },

    async giveBack(grant: Grant, keep = 0): Promise<void> {
      const account = accountOf(grant.provider);
      await scripts.giveBack(account.keys, { ...common(account, 1), id: grant.id, keep: Math.ceil(keep) });
    },

    async park(provider, forMs, why, kind = 'rate_limited') {
      const account = accountOf(provider);
      const bounded = Math.min(REMEMBERED_MS, Math.max(0, Math.ceil(forMs)));
      await scripts.park(account.keys, { ...common(account, 1), forMs: bounded, why, kind });
    },

    async look(provider: string): Promise<QuotaState> {
      const account = accountOf(provider);
      return seenOf(await scripts.look(account.keys, common(account, 1)), account.windows);
    },
  };
}

/** A refusal while Postgres can't record the use of a long window: unrecorded use would be lost with Redis. */
function unrecorded(error: unknown): Refusal {
  const reason = error instanceof Error ? error.message : String(error);
  const because = `the record of what is used cannot be reached: ${reason}`;
  return { granted: false, retryInMs: AGAIN_MS, because, byShare: false };
}
