/**
 * The life of a refresh, on one screen. Each step runs on a queue and rings the next. Postgres records which step a refresh is in, so the
 * sweeper can ring again for any process that died.
 *
 *   step       queue              does                                             rings
 *   open       (api, scheduler)   writes the one row before the 202                refresh
 *   plan       refresh            items and wants, in one commit; its first call   the lanes of its wants, or follow
 *   call       fetch-<provider>   grant, claim, ask, land; then the next call      follow when no item is open; other lanes
 *   follow     follow             calculates, announces, finishes                  the waiting refresh of the same identity
 */
export { call } from './call/call.ts';
export { calls } from './call/calls.ts';
export { follow } from './follow.ts';
export { headStart } from './plan/head-start.ts';
export { openingOf, requestOf } from './open.ts';
export { plan } from './plan/plan.ts';
