/**
 * What makes a worker ask the simulator for everything: for each provider its address there (`<url>/<name>`) and, where
 * it wants one, a key. Those that are off or retired stay so, as in the real world: an address would wake them.
 */
export async function simulatedProviders(simulatorUrl: string): Promise<Record<string, string>> {
  // Brings in HTTP clients and parsers, which `freshet up` doesn't need with real providers.
  const { PROVIDERS } = await import('@freshet/providers/registry');
  const env: Record<string, string> = {};
  for (const { name, envPrefix, key, state } of PROVIDERS) {
    if (state !== 'on') continue;
    env[`${envPrefix}_BASE_URL`] = `${simulatorUrl}/${name}`;
    if (key !== 'none') env[`${envPrefix}_API_KEY`] = 'simulated-key';
  }
  return env;
}
