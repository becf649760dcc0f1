import { isTracing, withSpan } from '@freshet/runtime';
import type { HttpAnswer, HttpRequest } from '../provider.ts';

/** Sends a request within a tracing span. The span leaves the query out, because some providers take the key there. */
export function traced(
  provider: string,
  baseUrl: string,
  { method, path }: HttpRequest,
  send: () => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  if (!isTracing()) return send();
  const attributes = {
    provider,
    'http.request.method': method,
    'server.address': new URL(baseUrl).hostname,
    'url.path': path.split('?', 1)[0],
  };
  return withSpan(`ask ${provider}`, { kind: 'CLIENT', attributes }, async (span) => {
    const answer = await send();
    span.setAttribute('http.response.status_code', answer.status);
    return answer;
  });
}
