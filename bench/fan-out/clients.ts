/**
 * Clients of an event stream in a process of their own: `node clients.ts URL AUTHORIZATION COUNT`. At SIGTERM its last line is a list of
 * how long events took from where they were sent, in ms.
 */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Only some clients parse what they receive: 5,000 that do would be the bottleneck themselves. */
const READS_EVERY = 20;
/** So many at a time, as a server's backlog holds. */
const AT_ONCE = 100;

const [address = '', authorization = '', count = '0'] = process.argv.slice(2);
const { hostname, port, pathname, search } = new URL(address);
const latenciesMs: number[] = [];
let answered = 0;

/** Moments stand in what is sent, as milliseconds since 1970 with their fractions. */
const SENT_AT = /"sent_at":([\d.]+)/g;
const now = () => performance.timeOrigin + performance.now();

/** One piece of memory for all of them: what is received costs as little here as it can, because it is the server that is measured. */
const buffer = Buffer.allocUnsafe(256 * 1_024);

function open(reads: boolean): void {
  let greeted = false;
  let rest = '';
  const receive = (bytes: number): boolean => {
    if (!greeted) {
      const head = buffer.toString('latin1', 0, Math.min(bytes, 300));
      if (!head.startsWith('HTTP/1.1 200')) throw new Error(head);
      greeted = true;
      answered++;
    }
    if (!reads) return true;
    const at = now();
    const text = rest + buffer.toString('latin1', 0, bytes);
    let read = 0;
    for (const match of text.matchAll(SENT_AT)) {
      // One that is cut in the middle of its digits comes again with the next piece.
      if (match.index + match[0].length === text.length) break;
      latenciesMs.push(at - Number(match[1]));
      read = match.index + match[0].length;
    }
    rest = text.slice(Math.max(read, text.length - 60));
    return true;
  };
  const socket = connect({ port: Number(port), host: hostname, onread: { buffer, callback: receive } });
  socket.write(
    `GET ${pathname}${search} HTTP/1.1\r\nHost: ${hostname}\r\nAccept: text/event-stream\r\nAuthorization: ${authorization}\r\n\r\n`,
  );
  socket.on('error', () => {});
}

process.once('SIGTERM', () => {
  process.stdout.write(`${JSON.stringify(latenciesMs)}\n`, () => process.exit(0));
});

for (let i = 0; i < Number(count); i++) {
  open(i % READS_EVERY === 0);
  if (i % AT_ONCE === AT_ONCE - 1) while (answered < i - AT_ONCE) await sleep(5);
}
while (answered < Number(count)) await sleep(20);
process.stdout.write('{"ready":true,"name":"clients","port":null,"health_port":0}\n');
setInterval(() => {}, 60_000);
