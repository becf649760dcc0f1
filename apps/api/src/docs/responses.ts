import { isStrict, refusesBody } from '../http/check.ts';
import type { Operation, OperationKey } from '@freshet/contracts/api';
import { Problem, type ProblemCode, PROBLEMS, ROLES } from '@freshet/contracts';
import type { ZodOpenApiComponentsObject, ZodOpenApiResponsesObject } from 'zod-openapi';
import { ACCESS } from '../access/roles.ts';

/** The headers of answers that are described in the document, and what they mean. */
export const ANSWER_HEADERS = {
  'X-Request-Id': 'The id of the request: the one that the caller sent, or a new one',
  Location: 'The address of what was created, or of the refresh that was started',
  'Retry-After': 'After how many seconds asking again is worthwhile',
  RateLimit: 'For each limit: what is left (r), and in how many seconds more is free (t); IETF draft',
  'RateLimit-Policy': 'For each limit: how many (q) in how many seconds (w); IETF draft',
  ETag: 'Identifies this version: for If-None-Match and, on what can be changed, for If-Match',
  Link: '<…>; rel="next": the address of the next page (RFC 8288)',
  'Preference-Applied': 'The Prefer: wait that was applied (RFC 7240)',
  'Idempotent-Replayed': 'true: this is the answer that the first request with this Idempotency-Key got',
  'X-Refresh-Id': 'The refresh that this request started; absent if none was needed',
  'WWW-Authenticate': 'How to authenticate',
  'Set-Cookie': 'The session cookie of a browser',
  'Content-Disposition': 'The file name of the download',
} as const;
type HeaderName = keyof typeof ANSWER_HEADERS;

const DESCRIPTIONS: Record<string, string> = {
  200: 'Done',
  201: 'Created',
  202: 'Accepted: the work continues after this answer; follow it at Location',
  204: 'Done; no body',
  304: 'Not modified since the answer with this ETag',
  503: 'Not available at present',
};

/** The answers of an operation by status, with their headers: success, 304, and every problem. */
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
    // A status that the operation itself describes (503 of /readyz) is no problem.
    .filter(([status]) => !(status in operation.answers))
    .map(([, codes = []]) => [
      String(PROBLEMS[codes[0] as ProblemCode][0]),
      { $ref: `#/components/responses/${nameOf(codes)}` },
    ]);
  return { ...Object.fromEntries([...good, ...unchanged, ...bad]), default: problemResponse([]) };
}

/** The components that responses refer to: headers, and problems grouped by status. */
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

/** The problem codes of an operation: those that follow from its description, and those that it names. */
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
    // These problems are answered after a refresh was started.
    ...(codes.some((code) => code === 'unknown_symbol' || code === 'no_price') ? AFTER_REFRESH : []),
  ];
  return {
    description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code][1]}.`).join(' ') || 'An unexpected problem',
    headers: headersOf(names),
    content: { 'application/problem+json': { schema: Problem } },
  };
}

function headersOf(names: readonly HeaderName[]): Record<string, { $ref: string }> {
  const all = new Set<HeaderName>(['X-Request-Id', ...names]);
  return Object.fromEntries([...all].map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
