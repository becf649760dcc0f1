import { createServer } from 'node:net';

const ADVICE: Record<string, (port: number) => Error> = {
  EADDRINUSE: (port) =>
    new Error(`Port ${port} is in use. Stop what uses it, or choose another one: freshet up --port ${port + 1}`),
  EACCES: (port) =>
    new Error(
      `Port ${port} is not for ordinary users (those below 1024 mostly aren't). Choose another one: freshet up --port 8080`,
    ),
};

/** @throws Error that says what to do when something else listens on this port, or this user may not */
export async function assertPortFree(port: number, host: string): Promise<void> {
  if (port === 0) return;
  await new Promise<void>((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => reject(ADVICE[error.code ?? '']?.(port) ?? error));
    server.listen(port, host, () => server.close(() => resolve()));
  });
}
