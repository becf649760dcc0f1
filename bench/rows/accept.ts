import { startProcess } from '@freshet/testing';
import { load } from '../load.ts';
import { percentile, type Row, round } from '../row.ts';
import { startSystem } from '../../tests/system.ts';

const SECONDS = 4;
const ROUNDS = 3;

/** Accepting a refresh, against a bare insert and `queue.add`; in turns, so that a slow minute hits both. */
export const accept: Row = {
  name: 'accept',
  what: 'POST → 202, requests/s at 50 connections, beside bare Express + one pg insert + one queue.add',
  async run() {
    // No worker and no scheduler: what is measured is accepting, and neither side has its jobs worked.
    const system = await startSystem({ workers: 0, scheduler: false, env: { MAX_QUEUED_REFRESHES: '10000000' } });
    const bare = startProcess('bench/peers/bare-api.ts', {}, [system.databaseUrl, system.redisUrl]);
    const { port } = await bare.ready;
    try {
      let n = 0;
      const body = () => JSON.stringify({ symbols: [`S${n++}`, 'AAPL'] });
      const headers = { 'content-type': 'application/json' };
      const ours: number[] = [];
      const theirs: number[] = [];
      const p99: number[] = [];
      let failed = 0;
      for (let i = 0; i < ROUNDS; i++) {
        const peer = await load({
          url: `http://127.0.0.1:${port}/refresh`,
          method: 'POST',
          headers,
          body,
          seconds: SECONDS,
        });
        const own = await load({
          url: `${system.api}/api/v1/manual/refresh/prices`,
          method: 'POST',
          headers: { ...headers, authorization: `Bearer ${system.keys.system}` },
          body,
          seconds: SECONDS,
        });
        theirs.push(peer.perSecond);
        ours.push(own.perSecond);
        p99.push(own.p99);
        failed += own.failed;
      }
      const ratio = percentile(
        ours.map((own, i) => own / (theirs[i] as number)),
        0.5,
      );
      return {
        figures: {
          'requests/s': round(percentile(ours, 0.5), 0),
          'peer requests/s': round(percentile(theirs, 0.5), 0),
          'p99 ms': percentile(p99, 0.5),
          'not 202': failed,
        },
        measured: failed === 0 ? ratio : 0,
        bar: { at: 0.85, is: 'at least' },
      };
    } finally {
      await bare.terminate();
      await system.stop();
    }
  },
};
