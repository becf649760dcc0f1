import { startProcess } from '@freshet/testing';
import { load } from '../load.ts';
import { percentile, type Row, round } from '../row.ts';
import { postRefresh, untilEnd } from '../../tests/client.ts';
import { startSystem } from '../../tests/system.ts';

const SECONDS = 4;
const ROUNDS = 3;

/** Polling a refresh, against a bare Redis read. */
export const poll: Row = {
  name: 'poll',
  what: 'poll a refresh, requests/s at 50 connections, beside bare Express + one Redis read',
  async run() {
    const system = await startSystem({ workers: 1, scheduler: false, simulator: ['--latency', '20', '--no-limits'] });
    const bare = startProcess('bench/peers/bare-api.ts', {}, [system.databaseUrl, system.redisUrl]);
    const { port } = await bare.ready;
    try {
      const refresh = await postRefresh(system, '/api/v1/manual/refresh/prices', {
        symbols: ['AAPL', 'MSFT'],
        max_age_s: 0,
      });
      await untilEnd(system, refresh.refresh_id);
      const headers = { authorization: `Bearer ${system.keys.system}` };
      const ours: number[] = [];
      const theirs: number[] = [];
      const p99: number[] = [];
      let failed = 0;
      for (let i = 0; i < ROUNDS; i++) {
        theirs.push(
          (await load({ url: `http://127.0.0.1:${port}/refresh`, method: 'GET', seconds: SECONDS })).perSecond,
        );
        const own = await load({
          url: `${system.api}/api/v1/refreshes/${refresh.refresh_id}`,
          method: 'GET',
          headers,
          seconds: SECONDS,
        });
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
          'not 200': failed,
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
