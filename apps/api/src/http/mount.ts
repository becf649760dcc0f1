import type { Express, RequestHandler } from 'express';
import { type OperationKey, operations } from '@freshet/contracts/api';
import type { AllHandlers, Handler } from './ask.ts';
import { Problem, sendProblem } from './problem.ts';
import { writeHead } from './head.ts';
import { markOf } from './mark.ts';
import { serve, type ServeParts } from './serve.ts';

/** Mounts every operation under its paths, and 405 for other methods of these paths. */
export function mountOperations(app: Express, handlers: AllHandlers, parts: ServeParts): void {
  const mounts: { method: string; route: string; handler: RequestHandler }[] = [];
  for (const key of Object.keys(operations) as OperationKey[]) {
    const operation = operations[key];
    const [method = '', path = ''] = key.split(' ');
    const handler = serve(key, operation, handlers[key] as Handler<OperationKey>, parts);
    for (const each of [path, ...('aliases' in operation ? operation.aliases : [])]) {
      mounts.push({ method, route: expressPath(each), handler });
    }
  }
  const methodsOf = Map.groupBy(mounts, ({ route }) => route);
  // `/fetch/batch` is mounted before `/fetch/:symbol`, which would match it too, and refuses its other methods at once. All other 405s come
  // last: each route costs every request that passes it.
  const routes = [...methodsOf.keys()];
  const alike = routes.filter((route) => !route.includes(':') && routes.some((other) => looksLike(route, other)));
  const mount = ({ method, route, handler }: (typeof mounts)[number]) =>
    app[method.toLowerCase() as 'get' | 'post' | 'put' | 'patch' | 'delete'](route, handler);
  const refuseOthers = (route: string) =>
    app.all(route, otherMethods((methodsOf.get(route) ?? []).map(({ method }) => method)));
  for (const route of alike) {
    methodsOf.get(route)?.forEach(mount);
    refuseOthers(route);
  }
  mounts.filter(({ route }) => !alike.includes(route)).forEach(mount);
  routes.filter((route) => !alike.includes(route)).forEach(refuseOthers);
}

/** Whether a path without parameters also matches another route, as `/refreshes/estimate` matches `/refreshes/:refresh_id`. */
function looksLike(route: string, other: string): boolean {
  return route !== other && new RegExp(`^${other.replaceAll(/:\w+/g, '[^/]+')}$`).test(route);
}

/** Answers methods that a path doesn't have with 405, and OPTIONS with 204; both list the methods that it has in Allow. */
export function otherMethods(methods: readonly string[]): RequestHandler {
  const allow = [...(methods.includes('GET') ? ['HEAD'] : []), ...methods, 'OPTIONS'].join(', ');
  return (request, response) => {
    if (request.method === 'OPTIONS') {
      writeHead(response, 204, markOf(request).requestId, { allow });
      response.end();
      return;
    }
    const problem = new Problem('method_not_allowed', {
      detail: `This address does not accept ${request.method}. It accepts ${methods.join(', ')}.`,
      headers: { allow },
    });
    sendProblem(response, problem, markOf(request).requestId);
  };
}

/** `/refreshes/{refresh_id}` as Express writes it. */
export function expressPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}
