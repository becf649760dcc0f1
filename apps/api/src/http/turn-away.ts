import type { Duplex } from 'node:stream';
import { SAFE_HEADERS } from './head.ts';
import { type Problem, problemHeaders, problemText } from './problem.ts';

/** Answers by hand where there is no response to write to (before an upgrade, or what never became a request), and ends the connection. */
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
