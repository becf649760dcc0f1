import { startProcess } from '@freshet/testing';
import { besidePeer } from '../beside-peer.ts';
import type { Row } from '../row.ts';
import { postRefresh, untilEnd } from '../../tests/client.ts';
import { startSystem } from '../../tests/system.ts';

/** Polling a refresh, compared with a bare Redis read. */
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
      return await besidePeer(
        { url: `${system.api}/api/v1/refreshes/${refresh.refresh_id}`, method: 'GET', headers },
        { url: `http://127.0.0.1:${port}/refresh`, method: 'GET' },
        200,
      );
    } finally {
      await bare.terminate();
      await system.stop();
    }
  },
};
