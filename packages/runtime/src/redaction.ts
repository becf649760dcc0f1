/** Replaces a secret. */
export const REDACTED = '[redacted]';

const NAMES =
  'authorization|proxy-authorization|cookie|set-cookie|x-api-key|x-finnhub-token|api[-_]?key|apikey|access[-_]?token|token|password|passwd|secret|crumb|signature|sentinel_password';

// In JSON, also when the JSON is itself inside a string, so its quotes are escaped once or more.
const JSON_VALUE = new RegExp(
  String.raw`(\\*"(?:${NAMES})\\*"\s*:\s*)(?:(\\+")(?:[^"\\]|\\\\[^"])*?\\+"|"(?:[^"\\]|\\.)*"|\[[^\]]*\])`,
  'gi',
);
const QUERY_VALUE = new RegExp(String.raw`([?&](?:${NAMES})=)[^&\s"'\\#]+`, 'gi');
const USER_INFO = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s"'/@\\]+@/gi;
const BEARER = /\b((?:Bearer|Basic|apikey)\s+)[A-Za-z0-9._~+/=-]{6,}/gi;

/**
 * Removes secrets from a text: values of fields with secret-like names in JSON and query strings, credentials in addresses,
 * bearer tokens, and each of `secrets` wherever it stands, percent-encoded too.
 */
export function redact(text: string, secrets: readonly string[] = []): string {
  let clean = text
    .replace(JSON_VALUE, (_, name: string, quote = '"') => `${name}${quote}${REDACTED}${quote}`)
    .replace(QUERY_VALUE, `$1${REDACTED}`)
    .replace(USER_INFO, `$1${REDACTED}@`)
    .replace(BEARER, `$1${REDACTED}`);
  for (const secret of secrets) {
    if (clean.includes(secret)) clean = clean.replaceAll(secret, REDACTED);
    const encoded = encodeURIComponent(secret);
    if (encoded !== secret && clean.includes(encoded)) clean = clean.replaceAll(encoded, REDACTED);
  }
  return clean;
}
