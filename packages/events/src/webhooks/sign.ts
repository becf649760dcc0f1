import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

/** The headers of the Standard Webhooks spec. */
export interface SignedHeaders extends Record<string, string> {
  'webhook-id': string;
  'webhook-timestamp': string;
  'webhook-signature': string;
}

/**
 * Signs one attempt to deliver a message. The id is the same for all attempts, so that a receiver can recognise a repeat; the time is
 * the attempt's. While a secret is being rotated there are two signatures, and a receiver with either secret can verify.
 * @param message.secrets `whsec_…`, newest first
 */
export function signWebhook(message: {
  id: string;
  at: Date;
  body: string;
  secrets: readonly string[];
}): SignedHeaders {
  const { id, at, body, secrets } = message;
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
  };
}

/** A new secret: `whsec_` and 32 random bytes in base64. */
export function newSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}
