export const SESSION_COOKIE = 'freshet_session';
const SESSION_S = 7 * 86_400;

/** The session token in a Cookie header. */
export function sessionToken(header: string | undefined): string | null {
  if (header === undefined) return null;
  for (const part of header.split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === SESSION_COOKIE) return part.slice(at + 1).trim() || null;
  }
  return null;
}

/** HttpOnly: scripts can't read it. SameSite=Strict: browsers don't send it with requests from other sites. */
export function sessionCookie(token: string, secure: boolean): string {
  return `${SESSION_COOKIE}=${token}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${SESSION_S}${secure ? '; Secure' : ''}`;
}

export function endedCookie(secure: boolean): string {
  return `${SESSION_COOKIE}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0${secure ? '; Secure' : ''}`;
}
