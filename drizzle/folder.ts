import { fileURLToPath } from 'node:url';

/** Where the reviewed SQL migrations lie. */
export const MIGRATIONS_FOLDER = fileURLToPath(new URL('./migrations', import.meta.url));
