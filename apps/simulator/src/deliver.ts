import type { ServerResponse } from 'node:http';
import type { SimulatedAnswer } from '@freshet/providers';
import type { LoggedCall } from './call-log.ts';
import { preciseNowMs } from './clock.ts';
import type { Delivery } from './faults/fault.ts';

/** Sends an answer with its delays and disruptions, and completes its entry in the log. */
export function deliver(
  response: ServerResponse,
  answer: SimulatedAnswer,
  delivery: Delivery,
  logged: LoggedCall,
): void {
  response.once('close', () => {
    logged.durationMs = preciseNowMs() - logged.atMs;
    if (!response.headersSent) logged.status = 0;
  });
  if (delivery.silent) return;
  if (delivery.waitMs <= 0) return send(response, answer, delivery);
  const timer = setTimeout(send, delivery.waitMs, response, answer, delivery);
  response.once('close', () => clearTimeout(timer));
}

function send(response: ServerResponse, answer: SimulatedAnswer, delivery: Delivery): void {
  if (delivery.reset === 'at once') {
    response.socket?.resetAndDestroy();
    return;
  }
  const body = Buffer.from(answer.body);
  response.writeHead(answer.status, { ...answer.headers, 'content-length': body.length });
  if (delivery.reset === 'mid-body') sendHalf(response, body);
  else if (delivery.drip) sendSlowly(response, body, delivery.drip);
  else response.end(body);
}

function sendHalf(response: ServerResponse, body: Buffer): void {
  const { socket } = response;
  // A reset discards what the kernel still buffers, so the first half is given time to be sent.
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => {
    setTimeout(() => socket?.resetAndDestroy(), 20);
  });
}

function sendSlowly(
  response: ServerResponse,
  body: Buffer,
  { bytes, everyMs }: { bytes: number; everyMs: number },
): void {
  let sent = 0;
  const drop = () => {
    response.write(body.subarray(sent, sent + bytes));
    sent += bytes;
    if (sent < body.length) return;
    clearInterval(timer);
    response.end();
  };
  const timer = setInterval(drop, everyMs);
  response.once('close', () => clearInterval(timer));
  drop();
}
