export interface SignedHeaders extends Record<string, string> {
  'webhook-id': string;
  'webhook-timestamp': string;
  'webhook-signature': string;
}
/** `secrets`: one, or two while a secret is being replaced (`whsec_…`). */
export declare function signWebhook(message: {
  id: string;
  at: Date;
  body: string;
  secrets: readonly string[];
}): SignedHeaders;
/** A new secret: `whsec_` and 32 random bytes. */
export declare function newSecret(): string;
