/** Every test of the project: stories on a real Postgres and a real Redis, started once for the run. */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/{apps,packages,tests,tools,bench}/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: {
    '^.+\\.tsx?$': [
      '@swc/jest',
      { module: { type: 'es6' }, jsc: { target: 'es2024', parser: { syntax: 'typescript', tsx: false } } },
    ],
  },
  watchman: false,
  testTimeout: 30_000,
};
