import addFormatsModule from 'ajv-formats';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { openApiDocument } from './openapi.ts';
import { ANSWER_HEADERS } from './responses.ts';

interface Described {
  headers?: Record<string, unknown>;
  content?: Record<string, { schema?: object }>;
  description?: string;
}
interface Document {
  paths: Record<string, Record<string, { responses: Record<string, Described & { $ref?: string }> }>>;
  components: { responses: Record<string, Described> };
}

const document = openApiDocument() as unknown as Document;
/** Paths without parameters first, as the router matches them. */
const paths = Object.keys(document.paths)
  .map((path) => ({ path, pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`) }))
  .sort((a, b) => Number(a.path.includes('{')) - Number(b.path.includes('{')));

/** Headers that every answer with this status has. */
const MUST: Record<number, string[]> = {
  202: ['Location', 'Retry-After'],
  401: ['WWW-Authenticate'],
  429: ['Retry-After'],
};

/** Problems that pass by themselves, so that each says when. */
const PASSING = ['request_in_progress', 'unavailable', 'queue_full', 'no_price'];
const JSON_TYPES = ['application/json', 'application/problem+json'];
/** Strict: a keyword that JSON Schema doesn't know is a misspelt one. */
const ajv = new Ajv2020({ strictTypes: false, keywords: ['components', 'discriminator', 'example'] });
addFormatsModule.default(ajv);
const validators = new Map<object, ValidateFunction>();

/** Compiled once. Its references lead into the document's components. */
function validatorOf(schema: object): ValidateFunction {
  const known = validators.get(schema) ?? ajv.compile({ ...schema, components: document.components });
  validators.set(schema, known);
  return known;
}

/** Validates a value with a schema of the document. */
export function assertValid(schema: object, value: unknown, otherwise = 'not as described'): void {
  const validate = validatorOf(schema);
  if (!validate(value)) throw new Error(`${otherwise}: ${ajv.errorsText(validate.errors)}`);
}

/** Checks an answer against the document: it must describe the status, the problem's code, the headers and the body. */
export function assertDescribed(
  method: string,
  url: string,
  answer: { status: number; headers: Headers; body: unknown; code?: unknown },
) {
  const [address = ''] = url.split('?', 1);
  const found = paths.find(({ pattern }) => pattern.test(address));
  const operation = found && document.paths[found.path]?.[method.toLowerCase()];
  // Pages, unknown addresses and wrong methods are not in the document.
  if (!operation || answer.status === 405) return;
  const name = `${method} ${found.path} answered ${answer.status}`;
  const response = operation.responses[answer.status];
  if (!response) throw new Error(`${name}, which OpenAPI doesn't know of`);
  const described = response.$ref
    ? document.components.responses[response.$ref.replace('#/components/responses/', '')]
    : response;
  if (typeof answer.code === 'string' && !described?.description?.includes(`\`${answer.code}\``)) {
    throw new Error(`${name} ${answer.code}, which OpenAPI doesn't know of`);
  }
  const type = answer.headers.get('content-type')?.split(';')[0];
  if (type && !(described?.content && type in described.content)) {
    throw new Error(`${name} as ${type}, which OpenAPI doesn't know of`);
  }
  const must = MUST[answer.status] ?? (answer.status === 200 && 304 in operation.responses ? ['ETag'] : []);
  const passing = PASSING.includes(String(answer.code)) ? ['Retry-After'] : [];
  for (const header of ['X-Request-Id', ...must, ...passing]) {
    if (!answer.headers.has(header)) throw new Error(`${name} without ${header}`);
  }
  for (const header of Object.keys(ANSWER_HEADERS)) {
    if (!answer.headers.has(header) || described?.headers?.[header]) continue;
    throw new Error(`${name} with ${header}, which OpenAPI doesn't know of`);
  }
  const schema = type && JSON_TYPES.includes(type) ? described?.content?.[type]?.schema : undefined;
  if (!schema) return;
  assertValid(schema, answer.body, `${name} otherwise than OpenAPI describes`);
}
