import { PROVIDER_PREFIXES } from '@freshet/runtime';

/**
 * What makes a worker ask the simulator for everything: for each provider its address there (`<url>/<name>`, such as
 * `/alpha_vantage`) and, where it wants one, a key.
 */
export function simulatedProviders(simulatorUrl: string): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [prefix, { key }] of Object.entries(PROVIDER_PREFIXES)) {
    env[`${prefix}_BASE_URL`] = `${simulatorUrl}/${prefix.toLowerCase()}`;
    if (key) env[`${prefix}_API_KEY`] = 'simulated-key';
  }
  return env;
}
