import type { Provider, SimulatedAnswer, SimulatedRefusals, SimulatedRequest } from '@freshet/providers';

/** The headers and parameters in which providers take their keys. */
const KEY_PARAMETERS = ['apikey', 'apiKey', 'api_key', 'token', 'x_cg_demo_api_key', 'auth'];
const KEY_HEADERS = ['x-finnhub-token', 'x-cg-demo-api-key', 'x-cg-pro-api-key', 'apikey', 'x-api-key'];

/** Plain HTTP refusals, used where an adapter doesn't define its provider's own format. */
const PLAIN: Required<SimulatedRefusals> = {
  overLimit: (window, _request, now, bannedUntil) =>
    json(429, 'Too many requests.', {
      'retry-after': String(Math.ceil(((bannedUntil ?? window.resetsAt).getTime() - now.getTime()) / 1000)),
    }),
  badKey: () => json(401, 'Invalid API key.'),
  planForbids: () => json(403, 'Your plan does not include this.'),
  notFound: () => json(404, 'Not found.'),
  headers: () => ({}),
  keyOf(request) {
    const parameter = KEY_PARAMETERS.map((name) => request.query.get(name)).find(Boolean);
    const header = KEY_HEADERS.map((name) => headerOf(request, name)).find(Boolean);
    return (
      parameter ?? header ?? /^(?:Bearer|Apikey)\s+(.+)$/i.exec(headerOf(request, 'authorization') ?? '')?.[1] ?? null
    );
  },
};

/** All refusals of a provider, with plain ones where it defines none. */
export function refusalsOf(provider: Provider): Required<SimulatedRefusals> {
  return { ...PLAIN, ...provider.simulatedRefusals };
}

function headerOf(request: SimulatedRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function json(status: number, error: string, headers: Record<string, string> = {}): SimulatedAnswer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify({ error }) };
}
