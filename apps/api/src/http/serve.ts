import type { Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import type { Operation, OperationKey } from '@freshet/contracts/api';
import { currentTrace, type Logger, troubleOf } from '@freshet/runtime';
import { CONFLICT, type Pool, writeAudit } from '@freshet/store';
import { actorOf } from '../access/actor.ts';
import type { Gate } from '../access/authenticate.ts';
import { NOBODY } from '../access/principal.ts';
import { ACCESS } from '../access/roles.ts';
import { type Answer, sendAnswer, type Streams } from './answer.ts';
import type { Ask, Handler } from './ask.ts';
import { checkBody, checkPath, checkQuery, isStrict, refusesBody } from './check.ts';
import { fingerprintOf, type Once, once } from './idempotency.ts';
import { type Mark, markOf } from './mark.ts';
import { preferredWait } from './prefer.ts';
import { Problem, sendProblem } from './problem.ts';
import { readBody, readJson } from './read-body.ts';
import { assertStorableUrl } from './storable.ts';
import { toProblem } from './to-problem.ts';
import { traced } from './traced.ts';

export interface ServeParts {
  gate: Gate;
  pool: Pool;
  log: Logger;
  /** Validates every answer with its schema. For tests only: it costs as much as answering. */
  checkAnswers?: boolean;
}

const NO_QUERY = z.strictObject({});
const NO_BODY = z.strictObject({});

/** Serves one operation, in this order: authentication, authorisation, validation, the handler, the answer. */
export function serve<K extends OperationKey>(
  key: K,
  operation: Operation,
  handler: Handler<K>,
  parts: ServeParts,
): RequestHandler {
  const strict = isStrict(key, operation);
  const plainPath = operation.path !== undefined && isPlain(operation.path);
  const run = async (request: Request, response: Response): Promise<void> => {
    const mark = markOf(request);
    const who = operation.open ? NOBODY : await parts.gate.admit(request, mark.remoteAddress, operation.refreshes);
    mark.who = who;
    const reach = operation.open ? 'own' : ACCESS[key][who.role];
    if (reach === 'no') throw new Problem('forbidden');
    const ask = new Asked(request, response, mark);
    ask.who = who;
    ask.reach = reach;
    ask.rawBody = await readBody(request);
    assertStorableUrl(request.url);
    if (operation.path) ask.path = plainPath ? request.params : checkPath(operation.path, request.params);
    if (operation.query) ask.query = checkQuery(operation.query, request.url);
    else if (strict) checkQuery(NO_QUERY, request.url);
    if (operation.body) ask.body = checkBody(operation.body, readJson(request, ask.rawBody));
    else if (refusesBody(key, operation)) checkBody(NO_BODY, readJson(request, ask.rawBody));
    const answer = await answerOnce(key, operation, handler, ask as unknown as Ask<K>, parts);
    if (answer.streams) return;
    if (parts.checkAnswers) assertAsDescribed(key, operation, answer);
    mark.location = answer.headers?.location;
    sendAnswer(request, response, answer, mark.requestId);
  };
  const runOrRefuse = (request: Request, response: Response): Promise<void> =>
    run(request, response).catch((error: unknown) => {
      if (error instanceof Problem && error.code === CONFLICT) noteConflict(request, parts);
      refuse(error, request, response, parts.log);
    });
  return (request, response) => void traced(key, request, response, () => runOrRefuse(request, response));
}

/** A request on its way to its handler. Each field is set after it was validated. */
class Asked {
  readonly request: Request;
  readonly response: Response;
  readonly requestId: string;
  readonly remoteAddress: string;
  readonly waitS: number | null;
  who = NOBODY;
  reach: 'any' | 'own' = 'own';
  rawBody: Buffer | undefined = undefined;
  path: unknown = undefined;
  query: unknown = undefined;
  body: unknown = undefined;
  once: Once | null = null;

  constructor(request: Request, response: Response, { requestId, remoteAddress }: Mark) {
    this.request = request;
    this.response = response;
    this.requestId = requestId;
    this.remoteAddress = remoteAddress;
    this.waitS = preferredWait(request.headers.prefer);
  }

  /** Created on first use: only requests that wait need it. */
  get gone(): AbortSignal {
    return goneSignal(this.response);
  }
}

function answerOnce<K extends OperationKey>(
  key: K,
  operation: Operation,
  handler: Handler<K>,
  ask: Ask<K>,
  { pool }: ServeParts,
): Answer | Streams | Promise<Answer | Streams> {
  const given = ask.request.headers['idempotency-key'];
  if (!operation.creates || given === undefined) return handler(ask);
  const path = JSON.stringify([key, ask.path ?? null]);
  const fingerprint = fingerprintOf('POST', path, ask.body);
  return once(pool, { principal: ask.who.keyId, key: String(given), fingerprint }, async (known) => {
    ask.once = known;
    const answer = await handler(ask);
    if (answer.streams) throw new Error(`${key} is idempotent, so it must not answer with a stream`);
    return answer;
  });
}

/** Records a version conflict: an alert watches their rate, and a refused change leaves no other trace. */
function noteConflict(request: Request, { pool, log }: ServeParts): void {
  const { who = NOBODY, requestId, remoteAddress } = markOf(request);
  writeAudit(pool, actorOf({ who, requestId, remoteAddress }), { action: CONFLICT, subject: request.path }).catch(
    (err: unknown) => log.warn({ err, request_id: requestId }, 'could not record a version conflict in the audit log'),
  );
}

/** Answers an error with a problem, and logs what the caller must not see. */
export function refuse(error: unknown, request: Request, response: Response, log: Logger): void {
  const problem = toProblem(error);
  const { requestId, who } = markOf(request);
  if (problem.code === 'internal') {
    const { method, path } = request;
    const fields = { err: error, request_id: requestId, key_id: who?.keyId, method, path, ...currentTrace() };
    log.error(fields, 'a request failed with an internal error');
  } else if (problem.status >= 500) {
    // During an outage many requests meet the same error: `troubleOf` logs it once in a while, and each request has its own line anyway.
    troubleOf(log).met(error, 'requests could not be served', {}, { request_id: requestId });
  }
  sendProblem(response, problem, requestId);
}

function goneSignal(response: Response): AbortSignal {
  const gone = new AbortController();
  if (response.destroyed) gone.abort();
  else response.once('close', () => gone.abort());
  return gone.signal;
}

function assertAsDescribed(key: string, operation: Operation, answer: Answer): void {
  const status = answer.status ?? 200;
  if (!(status in operation.answers))
    throw new Error(`${key} answered ${status}, a status that the operation does not describe`);
  const schema = operation.answers[status];
  const text = answer.raw ?? JSON.stringify(answer.body);
  if (!schema || answer.type !== undefined) return;
  const read = schema.safeParse(JSON.parse(String(text)));
  if (!read.success)
    throw new Error(`${key} answered ${status} a body that its schema does not allow: ${read.error.message}`);
}

/** Whether the schema accepts any strings, as for ids, which are looked up anyway: then validation is skipped. */
function isPlain(schema: z.ZodObject): boolean {
  return Object.values(schema.shape).every((field) => field instanceof z.ZodString && !field.def.checks?.length);
}
