export { applyMigrations } from './apply-migrations.ts';
export { MIGRATIONS_FOLDER } from './folder.ts';
