export * as schema from './schema/index.ts';
export * from './orm.ts';
export { MIGRATIONS_FOLDER } from './folder.ts';
