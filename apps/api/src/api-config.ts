import type { Rate } from '@freshet/runtime';

/** What the environment says to the api. */
export interface ApiConfig {
  /** As its users see it; null: as the request says. */
  publicUrl: string | null;
  /** So many proxies, or these networks. */
  trustProxy: number | string[] | null;
  allowPrivateWebhooks: boolean;
  maxQueued: number;
  limits: { admin: Rate; support: Rate; user: Rate; burst: Rate; cooldownMs: number };
  /** Where the built dashboard lies; null when it wasn't built. */
  dashboardDir: string | null;
}
