import { assertQueues } from './config.ts';

test('a queue of a provider that there is not is refused, with those that there are', () => {
  const providers = ['yahoo', 'fmp'];
  expect(() => assertQueues(['refresh', 'fetch-yahoo', 'lanes'], providers)).not.toThrow();
  expect(() => assertQueues(['all'], providers)).not.toThrow();
  expect(() => assertQueues(['refresh', 'fetch-yahooo'], providers)).toThrow(
    'WORKER_QUEUES names fetch-yahooo; there is fetch-fmp, fetch-yahoo',
  );
});
