export * from './board.ts';
export { type ConsumeOptions, type Consumer, consume, type GaveUp, type Handler, type Work } from './consume.ts';
export type { FailedJob, FailedPlace, Retried } from './failed-jobs.ts';
export {
  type CallData,
  type DataOf,
  FIXED_QUEUES,
  type JobData,
  LANE,
  LANE_PREFIX,
  laneQueue,
  providerOf,
  type QueueName,
} from './jobs.ts';
export { LANE_CAP } from './lane-rings.ts';
export * from './outcome.ts';
export { createProducer, type Producer, type ProducerOptions, type RefreshRing } from './producer.ts';
export { QueueUnavailable } from './queues.ts';
export * from './schedulers.ts';
export { type LaneCounts, measureQueues, type QueueStats } from './stats.ts';
