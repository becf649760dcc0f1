#!/usr/bin/env node
// Plain JavaScript, since it must run on the machine's own Node (20.19 or newer): older ones than 24 hand over to the pinned Node.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NEEDED = 24;
const main = join(dirname(dirname(fileURLToPath(import.meta.url))), 'src', 'main.ts');

if (process.env.npm_lifecycle_event === 'npx') endWithShell();

if (Number(process.versions.node.split('.')[0]) >= NEEDED) {
  await import(main);
} else {
  const node = pinnedNode();
  if (node) handOver(node);
  else {
    process.stderr.write(
      `Freshet runs on Node ${NEEDED} or newer; this is ${process.version}, and the one that it brings along isn't installed for ` +
        `${process.platform}-${process.arch}. Run "npm ci" here, or use a newer Node.\n`,
    );
    process.exitCode = 78;
  }
}

/**
 * npx runs this program below a shell, and a SIGTERM that is sent to npx alone ends that shell without reaching this program. So under
 * npx, and only there, another parent means SIGTERM: under `nohup`, `setsid` and service managers a parent that ends is no reason to stop.
 */
function endWithShell() {
  const shell = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(look);
    process.kill(process.pid, 'SIGTERM');
  }, 500);
  look.unref();
}

/** The Node that npm has installed with Freshet, or undefined. */
function pinnedNode() {
  const require = createRequire(import.meta.url);
  for (const prefix of ['node', 'node-bin']) {
    try {
      const manifest = require.resolve(`${prefix}-${process.platform}-${process.arch}/package.json`);
      const node = join(dirname(manifest), 'bin', 'node');
      if (existsSync(node)) return node;
    } catch {
      // not that one
    }
  }
  return undefined;
}

/** Runs the same command on another Node; signals go through, and so does the way it ends. */
function handOver(node) {
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`The pinned Node doesn't start: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
