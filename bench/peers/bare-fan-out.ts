import { createServer, type ServerResponse } from 'node:http';
import { Redis } from 'ioredis';

/** What anyone would write in ten minutes: whatever is published in Redis is written to everybody. `node bare-fan-out.ts REDIS_URL CHANNEL` */
const [redisUrl = '', channel = ''] = process.argv.slice(2);
const clients = new Set<ServerResponse>();
const redis = new Redis(redisUrl);
await redis.subscribe(channel);
redis.on('message', (_channel, data) => {
  for (const client of clients) client.write(`event: price_update\ndata: ${data}\n\n`);
});

const server = createServer((_request, response) => {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  response.write('retry: 2000\n\n');
  clients.add(response);
  response.on('close', () => clients.delete(response));
});
server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () => {
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  process.stdout.write(`{"ready":true,"name":"bare","port":${port}}\n`);
});
process.on('SIGTERM', () => process.exit(0));
