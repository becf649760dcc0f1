import { createServer } from 'node:net';

/** @throws Error that says what to do when something else listens on this port */
export async function assertPortFree(port: number, host: string): Promise<void> {
  if (port === 0) return;
  await new Promise<void>((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(`Port ${port} is in use. Stop what uses it, or choose another one: freshet up --port ${port + 1}`)
          : error,
      ),
    );
    server.listen(port, host, () => server.close(() => resolve()));
  });
}
