/** True when the raw body was signed with one of the secrets within the last five minutes. Headers in lower case. */
export declare function verifyWebhook(
  rawBody: string | Buffer,
  headers: Record<string, string | string[] | undefined>,
  secrets: readonly string[],
): boolean;
