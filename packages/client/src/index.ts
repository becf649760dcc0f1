export { ApiError } from './api-error.ts';
export { type Answer, type CallInput, type CallKey, type Client, type ClientOptions, createClient } from './client.ts';
export type { ApiEvent, EventOptions } from './events.ts';
export { followRefresh, hasEnded } from './follow-refresh.ts';
