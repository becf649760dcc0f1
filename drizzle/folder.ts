import { fileURLToPath } from 'node:url';

/** The folder of the reviewed SQL migrations. */
export const MIGRATIONS_FOLDER = fileURLToPath(new URL('./migrations', import.meta.url));
