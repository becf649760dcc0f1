import { Webhook } from 'standardwebhooks';

/**
 * True when the raw body was signed with one of the secrets, within five minutes of now. It doesn't detect replays: the caller looks
 * whether it has seen the `webhook-id` before.
 * @param rawBody as received, before any parsing
 * @param headers with names in lower case, as Node gives them
 */
export function verifyWebhook(
  rawBody: string | Buffer,
  headers: Record<string, string | string[] | undefined>,
  secrets: readonly string[],
): boolean {
  const signed: Record<string, string> = {};
  for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature']) {
    const value = headers[name];
    if (typeof value !== 'string') return false;
    signed[name] = value;
  }
  return secrets.some((secret) => {
    try {
      new Webhook(secret).verify(rawBody, signed, { jsonParse: false });
      return true;
    } catch {
      return false;
    }
  });
}
