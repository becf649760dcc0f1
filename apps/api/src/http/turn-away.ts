import type { Duplex } from 'node:stream';
import { SAFE_HEADERS } from './head.ts';
import { type Problem, problemHeaders, problemText } from './problem.ts';

/** Writes a problem straight to a connection and ends it, where Node has no response object: upgrades, and bytes that never became a request. */
export function turnAway(duplex: Duplex, problem: Problem, requestId: string): void {
  const body = problemText(problem, requestId);
  const headers = {
    ...problemHeaders(problem),
    ...Object.fromEntries(SAFE_HEADERS),
    'x-request-id': requestId,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  duplex.end(`HTTP/1.1 ${problem.status} ${problem.code}\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
}
