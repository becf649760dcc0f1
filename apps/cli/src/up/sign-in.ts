/** The dashboard's address with a link that signs in once, or the bare address when the API doesn't give such links. */
export async function signInLink(api: string, key: string): Promise<{ url: string; once: boolean }> {
  const answer = await fetch(`${api}/api/v1/session/links`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
  });
  if (!answer.ok) return { url: `${api}/`, once: false };
  const { path } = (await answer.json()) as { path: string };
  return { url: new URL(path, api).href, once: true };
}
