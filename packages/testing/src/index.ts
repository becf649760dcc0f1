export { childrenOf, familyOf, isRunning } from './children.ts';
export { chromiumPath } from './chromium.ts';
export { eventually } from './eventually.ts';
export { type FaultyProxy, faultyProxy } from './faulty-proxy.ts';
export { ownPostgres, ownRedis, type OwnServer } from './own-server.ts';
export { describeGiven, groundtruthDir, recordingsDir, repositoryRoot } from './repository.ts';
export { type ReadyLine, type StartedProcess, startProcess } from './start-process.ts';
export { type TestDatabase, testDatabase } from './test-database.ts';
export { type TestRedis, testRedis } from './test-redis.ts';
