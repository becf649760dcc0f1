import { isStrict, refusesBody } from '../http/check.ts';
import type { Operation, OperationKey } from '@freshet/contracts/api';
import { Problem, type ProblemCode, PROBLEMS, ROLES } from '@freshet/contracts';
import type { ZodOpenApiComponentsObject, ZodOpenApiResponsesObject } from 'zod-openapi';
import { ACCESS } from '../access/roles.ts';

/** Every header of an answer that means something, and what. */
export const ANSWER_HEADERS = {
  'X-Request-Id': 'The id of the request: the one that came with it, or a new one',
  Location: 'Where to find what was made, or to follow what was started',
  'Retry-After': 'Seconds after which it is worth to ask again',
  RateLimit: 'What is left of each limit (r) and when more is free, in seconds (t); IETF draft',
  'RateLimit-Policy': 'Each limit (q) and its window in seconds (w); IETF draft',
  ETag: 'The version of this answer, for If-None-Match, or of the thing, for If-Match',
  Link: '<…>; rel="next": the next page (RFC 8288)',
  'Preference-Applied': 'The wait that was applied (RFC 7240)',
  'Idempotent-Replayed': 'true: this was answered before, to the same Idempotency-Key',
  'X-Refresh-Id': 'The refresh that brought it; none when it was fresh already',
  'WWW-Authenticate': 'How to say who one is',
  'Set-Cookie': 'The session of a browser',
  'Content-Disposition': 'The name of the file',
} as const;
type HeaderName = keyof typeof ANSWER_HEADERS;

const DESCRIPTIONS: Record<string, string> = {
  200: 'Done',
  201: 'Created',
  202: 'Accepted: it goes on behind this answer; Location says where to follow it',
  204: 'Done, nothing to say',
  304: 'Nothing has changed since the answer with that ETag',
  503: 'Not now',
};

/** What an operation may answer, status by status, with the headers of each: yes, nothing new, and every way of saying no. */
export function responsesOf(key: OperationKey, operation: Operation): ZodOpenApiResponsesObject {
  const good = Object.entries(operation.answers).map(([status, schema]) => [
    status,
    {
      description: DESCRIPTIONS[status] ?? 'Done',
      headers: headersOf(goodHeaders(key, operation, Number(status))),
      ...(schema
        ? {
            content: {
              [operation.media ?? 'application/json']: { schema },
              ...(operation.alsoAs ? { [operation.alsoAs]: { schema: { type: 'string' } } } : {}),
            },
          }
        : {}),
    },
  ]);
  const unchanged = isRead(key, operation)
    ? [['304', { description: DESCRIPTIONS[304], headers: headersOf(goodHeaders(key, operation, 200)) }]]
    : [];
  const bad = Object.entries(Object.groupBy(problemsOf(key, operation), (code) => String(PROBLEMS[code][0])))
    // What tells of its checks when it isn't ready says so in its own words.
    .filter(([status]) => !(status in operation.answers))
    .map(([, codes = []]) => [
      String(PROBLEMS[codes[0] as ProblemCode][0]),
      { $ref: `#/components/responses/${nameOf(codes)}` },
    ]);
  return { ...Object.fromEntries([...good, ...unchanged, ...bad]), default: problemResponse([]) };
}

/** The headers and the problems that responses refer to. */
export function responseComponents(
  operations: readonly (readonly [OperationKey, Operation])[],
): Pick<ZodOpenApiComponentsObject, 'headers' | 'responses'> {
  const headers = Object.entries(ANSWER_HEADERS).map(([name, description]) => [
    name,
    { description, schema: { type: 'string' } },
  ]);
  const groups = operations.flatMap(([key, operation]) =>
    Object.values(Object.groupBy(problemsOf(key, operation), (code) => String(PROBLEMS[code][0]))),
  );
  return {
    headers: Object.fromEntries(headers),
    responses: Object.fromEntries(groups.map((codes = []) => [nameOf(codes), problemResponse(codes)])),
  };
}

/** Every way in which an operation may say no: what follows from its description, and what it adds by itself. */
function problemsOf(key: OperationKey, operation: Operation): ProblemCode[] {
  const { open, body, path, query, creates, ifMatch, refreshes, media, problems = [] } = operation;
  const writes = !key.startsWith('GET');
  const restricted = !open && ROLES.some((role) => ACCESS[key][role] === 'no');
  const of = (is: unknown, ...codes: ProblemCode[]): ProblemCode[] => (is ? codes : []);
  return [
    ...new Set<ProblemCode>([
      ...of(body || refusesBody(key, operation), 'invalid_json', 'unsupported_media_type', 'invalid_request'),
      ...of(path || query || isStrict(key, operation), 'invalid_request'),
      ...of(writes, 'body_too_large'),
      ...of(!open, 'unauthenticated', 'too_many_failures'),
      ...of(!open && (writes || refreshes), 'cross_site'),
      ...of(restricted || refreshes, 'forbidden'),
      ...of(path || refreshes, 'not_found'),
      ...of(creates, 'invalid_header', 'request_in_progress', 'idempotency_key_reused'),
      ...of(ifMatch, 'invalid_header', 'version_conflict'),
      ...of(ifMatch === true, 'precondition_required'),
      ...of(refreshes, 'rate_limited', 'queue_full'),
      ...of(media === 'text/event-stream', 'invalid_header', 'too_many_streams'),
      'internal',
      'unavailable',
      ...problems,
    ]),
  ];
}

function goodHeaders(key: OperationKey, operation: Operation, status: number): HeaderName[] {
  const { creates, ifMatch, refreshes, query, headers = [] } = operation;
  const of = (is: unknown, ...names: HeaderName[]): HeaderName[] => (is ? names : []);
  return [
    ...of(isRead(key, operation) || status === 201 || (ifMatch && status === 200), 'ETag'),
    ...of(status === 201, 'Location'),
    ...of(status === 202, 'Location', 'Retry-After'),
    ...of(refreshes, 'Location', 'RateLimit', 'RateLimit-Policy', 'Preference-Applied'),
    ...of(creates, 'Idempotent-Replayed'),
    ...of(query && 'cursor' in query.shape, 'Link'),
    ...(headers as HeaderName[]),
  ];
}

function isRead(key: OperationKey, { media }: Operation): boolean {
  return key.startsWith('GET /api/') && media !== 'text/event-stream';
}

function nameOf(codes: readonly ProblemCode[]): string {
  return codes.join('-or-');
}

const AFTER_REFRESH: readonly HeaderName[] = [
  'Location',
  'RateLimit',
  'RateLimit-Policy',
  'Preference-Applied',
  'X-Refresh-Id',
];

function problemResponse(codes: readonly ProblemCode[]) {
  const statuses = new Set(codes.map((code) => PROBLEMS[code][0]));
  const waits = [409, 429, 503].some((status) => statuses.has(status as never));
  const names: HeaderName[] = [
    ...(statuses.has(401) ? (['WWW-Authenticate'] as const) : []),
    ...(statuses.has(412) ? (['ETag'] as const) : []),
    ...(waits ? (['Retry-After'] as const) : []),
    ...(codes.includes('rate_limited') ? (['RateLimit', 'RateLimit-Policy'] as const) : []),
    // Told after a refresh that was started for it.
    ...(codes.some((code) => code === 'unknown_symbol' || code === 'no_price') ? AFTER_REFRESH : []),
  ];
  return {
    description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code][1]}.`).join(' ') || 'No, and why',
    headers: headersOf(names),
    content: { 'application/problem+json': { schema: Problem } },
  };
}

function headersOf(names: readonly HeaderName[]): Record<string, { $ref: string }> {
  const all = new Set<HeaderName>(['X-Request-Id', ...names]);
  return Object.fromEntries([...all].map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
