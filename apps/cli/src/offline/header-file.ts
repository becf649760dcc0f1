/** What a file of headers says: names in lower case, a header that came more than once as a list; the status line's number. */
export interface HeaderFile {
  status?: number;
  headers: Record<string, string | string[]>;
}

/** Reads headers as a JSON object, as a JSON list of pairs, or as lines (`curl -D`, of several answers the last). */
export function readHeaderFile(text: string): HeaderFile {
  const trimmed = text.trim();
  if (trimmed === '') return { headers: {} };
  if (trimmed.startsWith('{') || trimmed.startsWith('[')) return { headers: collected(pairsOf(JSON.parse(trimmed))) };
  const blocks = trimmed.split(/\r?\n(?=HTTP\/)/);
  const lines = (blocks.at(-1) ?? '').split(/\r?\n/);
  const status = Number(/^HTTP\/[\d.]+ (\d{3})/.exec(lines[0] ?? '')?.[1]);
  const pairs = lines.flatMap((line): [string, string][] => {
    const colon = line.indexOf(':');
    return colon > 0 && !line.startsWith('HTTP/') ? [[line.slice(0, colon), line.slice(colon + 1)]] : [];
  });
  return { ...(status ? { status } : {}), headers: collected(pairs) };
}

function pairsOf(json: unknown): [string, string][] {
  if (Array.isArray(json)) {
    return json.flatMap((pair): [string, string][] =>
      Array.isArray(pair) ? [[String(pair[0]), String(pair[1])]] : [],
    );
  }
  return Object.entries(json as Record<string, unknown>).flatMap(([name, value]): [string, string][] =>
    [value]
      .flat()
      .flatMap((one): [string, string][] => (one === null || one === undefined ? [] : [[name, String(one)]])),
  );
}

function collected(pairs: [string, string][]): HeaderFile['headers'] {
  const headers: HeaderFile['headers'] = {};
  for (const [rawName, rawValue] of pairs) {
    const [name, value] = [rawName.trim().toLowerCase(), rawValue.trim()];
    const before = headers[name];
    headers[name] = before === undefined ? value : [before, value].flat();
  }
  return headers;
}
