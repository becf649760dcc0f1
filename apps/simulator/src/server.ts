import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SimulatedRequest } from '@freshet/providers';
import { controlApi } from './control/control-api.ts';
import { deliver } from './deliver.ts';
import { type Outcome, takeCall } from './provider-call.ts';
import type { Desk, Simulation } from './simulation.ts';

const LARGEST_BODY = 1_048_576;

/** A server that listens. */
export interface Listening {
  port: number;
  url: string;
  /** Closes all connections at once, including those of calls in progress. */
  close(): Promise<void>;
}

/**
 * Serves all providers on one port, each below `/<name>`, and the control API below `/_simulator`. Provider calls
 * bypass Express, so that the benches measure the callers and not the simulator.
 */
export async function listen(simulation: Simulation, options: { port: number; host: string }): Promise<Listening> {
  const control = controlApi(simulation);
  const server = createServer((request, response) => {
    const url = request.url ?? '/';
    const slash = url.indexOf('/', 1);
    const query = url.indexOf('?');
    const end = slash < 0 || (query >= 0 && query < slash) ? (query < 0 ? url.length : query) : slash;
    const desk = simulation.desks.get(url.slice(1, end));
    if (!desk) {
      control(request, response);
    } else if (request.method === 'GET' || request.method === 'HEAD') {
      answer(simulation, desk, asSimulated(request, url.slice(end), ''), response);
    } else {
      readBody(request, response, (body) =>
        answer(simulation, desk, asSimulated(request, url.slice(end), body), response),
      );
    }
  });
  server.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return { port, url: `http://${host}:${port}`, close: () => closeServer(server) };
}

function answer(simulation: Simulation, desk: Desk, request: SimulatedRequest, response: ServerResponse): void {
  let outcome: Outcome;
  try {
    outcome = takeCall(simulation, desk, request);
  } catch (error) {
    // A moment or an escape that is none, mostly. Thrown on, it would end the process and every provider with it.
    const text = `the simulator can't answer this request: ${(error as Error).message}`;
    response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
    return;
  }
  deliver(response, outcome.answer, outcome.delivery, outcome.logged);
}

/** The request as the provider's own host would receive it, without our path prefix. */
function asSimulated(request: IncomingMessage, below: string, body: string): SimulatedRequest {
  const target = below.startsWith('/') ? below : `/${below}`;
  const mark = target.indexOf('?');
  return {
    method: request.method ?? 'GET',
    path: mark < 0 ? target : target.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)),
    headers: request.headers,
    body,
  };
}

function readBody(request: IncomingMessage, response: ServerResponse, then: (body: string) => void): void {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (piece: string) => {
    body += piece;
    if (body.length <= LARGEST_BODY) return;
    response.writeHead(413, { connection: 'close' }).end();
    request.destroy();
  });
  request.on('end', () => then(body));
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
