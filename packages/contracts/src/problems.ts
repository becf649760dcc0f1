import { z } from 'zod';

/**
 * Everything that the API may say no with, once: status, title for people, and what to do. The code is stable; the
 * detail of an answer may say more than the one here. OpenAPI and the page at `/problems` derive from this table.
 */
export const PROBLEMS = {
  invalid_json: [400, 'The body is not JSON', 'Send a JSON object with content-type application/json.'],
  invalid_header: [400, 'A header is malformed', 'Correct the header that the detail names.'],
  unauthenticated: [401, 'Who are you?', 'Send Authorization: Bearer <key>, or sign in. Keys end, and can be revoked.'],
  forbidden: [403, 'Your role may not do this', 'Ask somebody whose role may, or ask for less.'],
  cross_site: [
    403,
    'A write from elsewhere',
    'With a session cookie, writes need Sec-Fetch-Site: same-origin, and a GET that fetches that or none; programs use a key.',
  ],
  not_found: [404, 'There is nothing here', 'Check the address and the id; what belongs to others looks the same.'],
  unknown_symbol: [
    404,
    'No provider knows this symbol',
    'Check its spelling, such as BRK-B, ^GSPC, BTC-USD, EURUSD=X.',
  ],
  method_not_allowed: [405, 'Not with this method', 'The Allow header lists those that work here.'],
  request_timeout: [408, 'The request took too long to come', 'Send it in one go, and again.'],
  conflict: [409, 'It is in the way of what is there', 'Read it again and decide.'],
  request_in_progress: [409, 'The first request with this Idempotency-Key is still at work', 'Try again in a moment.'],
  already_ended: [409, 'It has ended already', 'Nothing is left to cancel.'],
  cap_reached: [409, 'You have as many as you may', "Remove what isn't needed; the detail says of what."],
  version_conflict: [
    412,
    'Somebody changed it meanwhile',
    'The current version is in this answer: merge, and send its ETag.',
  ],
  body_too_large: [413, 'The body is too large', 'Send less at once.'],
  unsupported_media_type: [415, 'Not this kind of body', 'Send content-type application/json, not compressed.'],
  invalid_request: [
    422,
    'Something in the request is wrong',
    'Each entry of errors names a field and what it should be.',
  ],
  idempotency_key_reused: [
    422,
    'This Idempotency-Key was used for another request',
    'Use a new key for a new request; a repeated one must be the same in every byte that matters.',
  ],
  precondition_required: [428, 'If-Match is missing', 'Send the ETag of the version that you changed as If-Match.'],
  rate_limited: [429, 'Too many refreshes', 'Wait as long as Retry-After says.'],
  too_many_failures: [429, 'Too many wrong keys', 'Wait as long as Retry-After says.'],
  too_many_streams: [429, 'Too many open streams', 'Close one, or put its symbols into another.'],
  headers_too_large: [431, 'The headers are too large', 'Send fewer or shorter ones: 16 kB in all.'],
  internal: [500, 'Our fault', 'Try again; the request id finds it in the logs.'],
  unavailable: [503, 'Something that this needs is away', 'Try again as Retry-After says; nothing was lost.'],
  queue_full: [503, 'Too many refreshes wait', 'Try again later: what was accepted comes first.'],
  no_price: [503, 'No provider gave a price, and none is stored', 'Try again; sources/status says what is wrong.'],
} as const satisfies Record<string, readonly [status: number, title: string, todo: string]>;

export type ProblemCode = keyof typeof PROBLEMS;
export const PROBLEM_CODES = Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]];

/** An answer that says no, `application/problem+json` by RFC 9457. */
export const Problem = z
  .looseObject({
    type: z.string().describe('Where the code is explained'),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('What is wrong, and what to do'),
    code: z.enum(PROBLEM_CODES),
    request_id: z.string().optional(),
    errors: z
      .array(
        z.strictObject({
          pointer: z.string().optional().describe('JSON pointer into the body'),
          parameter: z.string().optional().describe('Name of a query or path parameter'),
          detail: z.string(),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;
