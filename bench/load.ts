import autocannon from 'autocannon';

export interface LoadResult {
  perSecond: number;
  p50: number;
  p99: number;
  failed: number;
}

export interface Load {
  url: string;
  method: 'GET' | 'POST';
  headers?: Record<string, string>;
  /** Called for each request, so that requests can differ. */
  body?: () => string;
  seconds: number;
}

/** Requests from 50 connections for some seconds. */
export async function load(options: Load): Promise<LoadResult> {
  const { url, method, headers, body, seconds } = options;
  const result = await autocannon({
    url,
    connections: 50,
    duration: seconds,
    requests: [
      {
        method,
        headers,
        ...(body && {
          setupRequest: (request: autocannon.Request) => ({ ...request, body: body() }),
        }),
      },
    ],
  });
  return {
    perSecond: result.requests.average,
    p50: result.latency.p50,
    p99: result.latency.p99,
    failed: result.non2xx + result.errors,
  };
}
