import { startProcess } from '@freshet/testing';
import { besidePeer } from '../beside-peer.ts';
import type { Row } from '../row.ts';
import { startSystem } from '../../tests/system.ts';

/** Accepting a refresh, against a bare insert and `queue.add`. */
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
      return await besidePeer(
        {
          url: `${system.api}/api/v1/manual/refresh/prices`,
          method: 'POST',
          headers: { ...headers, authorization: `Bearer ${system.keys.system}` },
          body,
        },
        { url: `http://127.0.0.1:${port}/refresh`, method: 'POST', headers, body },
        202,
      );
    } finally {
      await bare.terminate();
      await system.stop();
    }
  },
};
