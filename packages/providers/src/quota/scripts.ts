import type { Redis } from 'ioredis';

/** Runs one script on its keys; the arguments travel as one JSON text. */
export type RunScript = (keys: readonly string[], args: object) => Promise<unknown>;

type Command = (...parts: (string | number)[]) => Promise<unknown>;

/**
 * Defines a Lua script as a command. ioredis sends the script's hash, and its text when Redis doesn't know the hash.
 * Scripts are registered by name on the connection, so several ledgers on one connection share them.
 */
export function script(redis: Redis, name: string, lua: string): RunScript {
  const commands = redis as unknown as Record<string, Command | undefined>;
  if (!commands[name]) redis.defineCommand(name, { lua });
  return (keys, args) => {
    const command = commands[name];
    if (!command) throw new Error(`the script ${name} is not defined`);
    return command.call(redis, keys.length, ...keys, JSON.stringify(args));
  };
}
