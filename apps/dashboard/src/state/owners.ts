import { isStaff } from './session.ts';
import { useRead } from './use-read.ts';

/** The names of users by id, for whoever sees what belongs to everybody; to others it is empty. */
export function useOwners(): ReadonlyMap<string, string> {
  const users = useRead(isStaff.value ? 'GET /api/v1/users' : null, {}, { whole: true });
  return new Map(users.data.value?.data.map(({ user_id, name }) => [user_id, name]));
}
