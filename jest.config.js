import { availableParallelism } from 'node:os';

/** Every test of the project: stories on a real Postgres and a real Redis, started once for the run. */
export default {
  testEnvironment: '<rootDir>/packages/testing/src/jest/environment.ts',
  globalSetup: '<rootDir>/packages/testing/src/jest/global-setup.ts',
  globalTeardown: '<rootDir>/packages/testing/src/jest/global-teardown.ts',
  testMatch: ['<rootDir>/{apps,packages,tests,tools,bench}/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: {
    '^.+\\.tsx?$': [
      '@swc/jest',
      { module: { type: 'es6' }, jsc: { target: 'es2024', parser: { syntax: 'typescript', tsx: false } } },
    ],
  },
  // One fewer than the cores would leave one test file at a time on a small machine.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  workerIdleMemoryLimit: '1GB',
  watchman: false,
  testTimeout: 30_000,
};
