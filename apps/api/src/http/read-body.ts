import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { Problem } from './problem.ts';
import { assertStorable } from './storable.ts';

/** 500 symbols take 18 kB. Even 10,000 symbols fit, so that such a request is told that they are too many. */
export const BODY_LIMIT = 256 * 1024;
/** No valid body is nested deeper, and recursion over 30,000 levels would overflow the stack. */
const DEPTH_LIMIT = 20;
const EMPTY = Buffer.alloc(0);

/** The bytes of the body; empty without one. @throws Problem body_too_large, invalid_json */
export function readBody(request: IncomingMessage): Promise<Buffer> | Buffer {
  const { headers } = request;
  const length = headers['content-length'];
  if (length === undefined ? headers['transfer-encoding'] === undefined : length === '0') return EMPTY;
  if (Number(length) > BODY_LIMIT) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > BODY_LIMIT) {
        request.removeAllListeners('data');
        request.resume();
        return reject(tooLarge());
      }
      chunks.push(chunk);
    });
    request.once('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    request.once('error', reject);
    request.once('aborted', () => reject(new Problem('invalid_json', 'The body ended before it was complete.')));
  });
}

/** Reads JSON; an absent body is an empty object. @throws Problem invalid_json, unsupported_media_type, invalid_request */
export function readJson(request: IncomingMessage, body: Buffer): unknown {
  if (body.length === 0) return {};
  const type = request.headers['content-type'] ?? '';
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (!/^application\/(json|[\w.+-]+\+json)\s*(;|$)/i.test(type) || encoding.toLowerCase() !== 'identity') {
    throw new Problem('unsupported_media_type');
  }
  // Decoding other encodings as UTF-8 would replace letters, and the replacements would be stored.
  if (!isUtf8(body)) throw new Problem('invalid_json', 'The body is not UTF-8. Send JSON in UTF-8.');
  const written = body.toString('utf8');
  // .NET and Windows editors begin UTF-8 with a byte order mark, which RFC 8259 lets readers pass over.
  const text = written.startsWith('\ufeff') ? written.slice(1) : written;
  if (text.length > 2 * DEPTH_LIMIT && isDeeper(text, DEPTH_LIMIT)) {
    throw new Problem('invalid_request', {
      detail: `The body is nested more than ${DEPTH_LIMIT} levels deep.`,
      errors: [{ pointer: '', detail: 'is nested too deeply' }],
    });
  }
  const value = parsed(text);
  // Valid UTF-8 has no lone surrogates, and JSON forbids a raw NUL, so only an escape can contain what Postgres can't store.
  if (text.includes('\\u')) assertStorable(value);
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem('invalid_json');
  }
}

function tooLarge(): Problem {
  return new Problem('body_too_large', {
    detail: `The body is larger than ${BODY_LIMIT / 1024} kB. Split the request into smaller ones.`,
  });
}

/** Whether brackets are nested deeper than `limit`, in one pass. Brackets in strings don't count. */
function isDeeper(text: string, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === 92) i++;
      else if (code === 34) inString = false;
    } else if (code === 34) inString = true;
    else if (code === 91 || code === 123) {
      if (++depth > limit) return true;
    } else if (code === 93 || code === 125) depth--;
  }
  return false;
}
