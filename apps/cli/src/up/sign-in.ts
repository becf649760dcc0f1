/** The dashboard's address with a link that signs in once, or the bare address when the API doesn't give such links. */
export async function signInLink(api: string, key: string): Promise<{ url: string; once: boolean }> {
  const headers = { authorization: `Bearer ${key}` };
  const answer = await fetch(`${api}/api/v1/session/links`, { method: 'POST', headers });
  const { path } = answer.ok ? ((await answer.json()) as { path?: unknown }) : {};
  return typeof path === 'string' ? { url: new URL(path, api).href, once: true } : { url: `${api}/`, once: false };
}
