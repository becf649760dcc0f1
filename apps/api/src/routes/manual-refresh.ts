import { userExists } from '@freshet/store';
import type { Api } from '../api.ts';
import { routes } from '../http/ask.ts';
import { Problem } from '../http/problem.ts';
import { start } from '../refreshes/start.ts';

/** The five manual refreshes. */
export function manualRefreshRoutes(api: Api) {
  return routes({
    'POST /api/v1/manual/refresh/all': (ask) => start(api, ask, { kind: 'all', body: ask.body }),
    'POST /api/v1/manual/refresh/prices': (ask) => start(api, ask, { kind: 'prices', body: ask.body }),
    'POST /api/v1/manual/refresh/strategy': (ask) => start(api, ask, { kind: 'strategy', body: ask.body }),
    'POST /api/v1/manual/refresh/benchmark': (ask) => start(api, ask, { kind: 'benchmark', body: ask.body }),
    'POST /api/v1/manual/refresh/portfolio/{user_id}': async (ask) => {
      const userId = ask.path.user_id === 'me' ? ask.who.userId : ask.path.user_id;
      if (ask.reach === 'own' ? userId !== ask.who.userId : !(await userExists(api.pool, userId))) {
        throw new Problem('not_found', 'There is no such user.');
      }
      return start(api, ask, { kind: 'portfolio', target: { user_id: userId }, body: ask.body });
    },
  });
}
