import type { Api } from '../api.ts';
import type { Principal } from '../access/principal.ts';
import { Problem } from '../http/problem.ts';
import type { KnownView } from './views.ts';

/** A refresh that the caller may read: staff may read any, a user those that it asked for or joined. @throws Problem not_found */
export async function visibleRefresh(
  { views }: Pick<Api, 'views'>,
  id: string,
  { who, reach }: { who: Principal; reach: 'any' | 'own' },
): Promise<KnownView> {
  const known = await views.get(id);
  if (!known || (reach === 'own' && !(await views.isCaller(id, who.userId)))) {
    throw new Problem('not_found', 'There is no such refresh.');
  }
  return known;
}
