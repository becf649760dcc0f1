import { z } from 'zod';

/**
 * Every problem that the API answers with: status, title, and what the caller should do. Codes are stable. An answer's detail may say more than
 * the text here. OpenAPI and the page at `/problems` are made from this table.
 */
export const PROBLEMS = {
  invalid_json: [400, 'The body is not valid JSON', 'Send a JSON object with Content-Type: application/json.'],
  invalid_header: [400, 'A header is malformed', 'Correct the header that the detail names.'],
  unauthenticated: [
    401,
    'Authentication is required',
    'Send Authorization: Bearer <key>, or sign in. Check that the key is right, and neither expired nor revoked.',
  ],
  forbidden: [403, 'Your role may not do this', 'Use a key with a role that may, or ask for less.'],
  cross_site: [
    403,
    'The request did not come from this site',
    'With a session cookie, a write needs Sec-Fetch-Site: same-origin; a GET that starts a refresh needs same-origin or none. Programs should use a key.',
  ],
  not_found: [
    404,
    'Nothing was found here',
    'Check the address and the id. An object that belongs to somebody else is also answered like this.',
  ],
  unknown_symbol: [
    404,
    'No provider knows this symbol',
    'Check its spelling, such as BRK-B, ^GSPC, BTC-USD, EURUSD=X.',
  ],
  method_not_allowed: [
    405,
    'This address does not accept this method',
    'Use one of the methods that the Allow header lists.',
  ],
  request_timeout: [408, 'The request took too long to arrive', 'Send it again, without pauses.'],
  conflict: [
    409,
    'The request conflicts with what exists',
    'Read the current state, then change the request or drop it.',
  ],
  request_in_progress: [
    409,
    'The first request with this Idempotency-Key is still running',
    'Send it again after Retry-After seconds.',
  ],
  already_ended: [409, 'The refresh has ended already', 'There is nothing left to cancel.'],
  cap_reached: [409, 'You have reached the most that is allowed', 'Remove some of what the detail names.'],
  version_conflict: [
    412,
    'Somebody changed this in the meantime',
    'Merge your change into `current` of this answer, and send it again with the ETag of this answer as If-Match.',
  ],
  body_too_large: [413, 'The body is too large', 'Split the request into smaller ones.'],
  unsupported_media_type: [
    415,
    'The body has the wrong content type',
    'Send Content-Type: application/json, without Content-Encoding.',
  ],
  invalid_request: [422, 'The request is not valid', 'Correct the fields or parameters that `errors` names.'],
  idempotency_key_reused: [
    422,
    'This Idempotency-Key was used for another request',
    'Use a new key for a new request. To repeat a request, send the same address and body.',
  ],
  upgrade_required: [
    426,
    'This address speaks WebSocket only',
    'Connect with a WebSocket client. A proxy in between must pass the Upgrade header on.',
  ],
  precondition_required: [
    428,
    'If-Match is missing',
    'Send the ETag of the version that your change is based on as If-Match.',
  ],
  rate_limited: [429, 'Too many refreshes', 'Wait as many seconds as Retry-After says.'],
  too_many_failures: [429, 'Too many requests with a wrong key', 'Wait as many seconds as Retry-After says.'],
  too_many_streams: [429, 'Too many open streams', 'Close a stream, or ask for its symbols in another one.'],
  headers_too_large: [431, 'The headers are too large', 'Send fewer or shorter headers: at most 16 kB in all.'],
  internal: [
    500,
    'Internal error',
    'Try again. If it persists, report the request id, which finds the error in the logs.',
  ],
  unavailable: [
    503,
    'A service that this needs is unavailable',
    'Try again after Retry-After seconds. Nothing that was accepted is lost.',
  ],
  queue_full: [
    503,
    'Too many refreshes are waiting',
    'Try again after Retry-After seconds. Refreshes accepted earlier are served first.',
  ],
  no_price: [
    503,
    'No provider gave a price, and none is stored',
    'Try again after Retry-After seconds. /api/v1/market-data/sources/status shows which providers fail, and why.',
  ],
} as const satisfies Record<string, readonly [status: number, title: string, todo: string]>;

export type ProblemCode = keyof typeof PROBLEMS;
export const PROBLEM_CODES = Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]];

/** The body of every error answer: `application/problem+json` (RFC 9457). */
export const Problem = z
  .looseObject({
    type: z.string().describe('Address that explains the code'),
    title: z.string().describe('The problem in a few words, the same for every answer with this code'),
    status: z.int().describe('The HTTP status'),
    detail: z.string().describe('What is wrong with this request, and what to do'),
    code: z.enum(PROBLEM_CODES).describe('Stable name of the problem, for programs'),
    request_id: z.string().optional().describe('X-Request-Id of this answer'),
    errors: z
      .array(
        z.strictObject({
          pointer: z.string().optional().describe('JSON pointer to the field of the body'),
          parameter: z.string().optional().describe('Name of the query or path parameter'),
          detail: z.string().describe('What is wrong with it'),
        }),
      )
      .optional()
      .describe('Each field or parameter that is wrong'),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;
