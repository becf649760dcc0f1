import type { Fault } from './fault.ts';

/** Yahoo's way of limiting the handshake: the crumb itself is the refusal, with status 200. */
export const poisonedCrumb: Fault = {
  name: 'poisoned-crumb',
  does: 'Hands out the text “Too Many Requests” as the crumb.',
  answer: (answer, { request }) =>
    request.path.endsWith('/getcrumb')
      ? { status: 200, headers: { 'content-type': 'text/plain;charset=utf-8' }, body: 'Too Many Requests' }
      : answer,
};
