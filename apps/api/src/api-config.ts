import type { Rate } from '@freshet/runtime';

/** The configuration of an api process. */
export interface ApiConfig {
  /** The address that users reach the api at; null: taken from each request. */
  publicUrl: string | null;
  /** Proxies whose X-Forwarded headers count: how many, or their networks. */
  trustProxy: number | string[] | null;
  allowPrivateWebhooks: boolean;
  maxQueued: number;
  limits: { admin: Rate; support: Rate; user: Rate; burst: Rate; cooldownMs: number };
  /** Directory of the built dashboard; null: it was not built. */
  dashboardDir: string | null;
}
