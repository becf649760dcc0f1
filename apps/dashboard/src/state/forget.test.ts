import { forgetWhoLeft } from './forget.ts';
import { notices, notify } from './notices.ts';
import { followedOf } from './refreshes.ts';
import { session } from './session.ts';

test('who signs in next sees neither the refreshes nor the notices of the one before', () => {
  forgetWhoLeft();
  session.value = { role: 'user' } as never;
  followedOf('watchlist default').value = { status: 'success' } as never;
  notify('It is done', 'bad', { says: 'Again', run: () => {} });
  expect(followedOf('watchlist default').value).not.toBeNull();
  session.value = null;
  session.value = { role: 'admin' } as never;
  expect(followedOf('watchlist default').value).toBeNull();
  expect(notices.value).toEqual([]);
});
