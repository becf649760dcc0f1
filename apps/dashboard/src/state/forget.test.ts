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

test('another reader who comes while the page stands open sees nothing of the one before; the same one still does', () => {
  session.value = { user_id: 'usr_1', role: 'user' } as never;
  followedOf('everything').value = { status: 'success' } as never;
  // Whose session was cut off and who has signed in again.
  session.value = { user_id: 'usr_1', role: 'user' } as never;
  expect(followedOf('everything').value).not.toBeNull();
  session.value = { user_id: 'usr_2', role: 'user' } as never;
  expect(followedOf('everything').value).toBeNull();
  followedOf('everything').value = { status: 'success' } as never;
  // The same user with a key of another role sees other things.
  session.value = { user_id: 'usr_2', role: 'admin' } as never;
  expect(followedOf('everything').value).toBeNull();
});
