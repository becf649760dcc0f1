import { Account } from './account.ts';
import { REAL_RULES, type RealRules } from './real-rules.ts';
import type { RealWindow } from './window.ts';

/** More customers than any test has. Beyond that, the oldest account is dropped. */
const ACCOUNTS_KEPT = 10_000;
const UNLIMITED: RealRules = { windows: [] };

/** The limits of all providers: which windows are enforced, and an account for each provider and key. */
export class Limits {
  #overrides = new Map<string, RealWindow[]>();
  #off: boolean;
  #accounts = new Map<string, Account>();

  constructor(options: { off?: boolean } = {}) {
    this.#off = options.off ?? false;
  }

  /** The account of a provider's customer. `key` is null for a customer without a key. */
  account(provider: string, key: string | null): Account {
    const id = `${provider} ${key ?? ''}`;
    const known = this.#accounts.get(id);
    if (known) return known;
    const oldest = this.#accounts.size >= ACCOUNTS_KEPT ? this.#accounts.keys().next().value : undefined;
    if (oldest !== undefined) this.#accounts.delete(oldest);
    const account = new Account(this.rules(provider), this.windows(provider));
    this.#accounts.set(id, account);
    return account;
  }

  /** How the real provider counts. */
  rules(provider: string): RealRules {
    return REAL_RULES[provider] ?? UNLIMITED;
  }

  /** The windows that are enforced now. */
  windows(provider: string): RealWindow[] {
    return this.#overrides.get(provider) ?? (this.#off ? [] : this.rules(provider).windows);
  }

  /** Enforces other windows from now on; null restores the real ones. Resets all counters of the provider. */
  set(provider: string, windows: RealWindow[] | null): void {
    if (windows) this.#overrides.set(provider, windows);
    else this.#overrides.delete(provider);
    this.forget(provider);
  }

  /** Switches all limits off or on, except those that were set explicitly. */
  setOff(off: boolean): void {
    this.#off = off;
    this.forget();
  }

  /** Resets the counters of one provider, or of all. */
  forget(provider?: string): void {
    for (const id of this.#accounts.keys()) {
      if (provider === undefined || id.startsWith(`${provider} `)) this.#accounts.delete(id);
    }
  }
}
