import type { Api } from '../api.ts';
import { routes } from '../http/ask.ts';

/** Probes for load balancers, and metrics for Prometheus. */
export function healthRoutes(api: Api) {
  return routes({
    'GET /livez': () => ({ raw: 'ok\n', type: 'text/plain', private: true }),
    'GET /readyz': async () => {
      const report = await api.readiness.report();
      return { status: report.ready ? 200 : 503, body: report, private: true };
    },
    'GET /metrics': async () => ({ raw: await api.metrics.text(), type: api.metrics.contentType, private: true }),
  });
}
