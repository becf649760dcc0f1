import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { catalogue, NODE_ENVIRONMENT, NODE_FLAGS } from '@freshet/runtime';
import { repositoryRoot } from '@freshet/testing';
import { metricsInCode, troublesOf } from './metrics-in-code.ts';
import { textOf } from './read-docs.ts';

const registered = metricsInCode();
const kubernetes = readdirSync(join(repositoryRoot, 'deploy/kubernetes')).map((name) => `deploy/kubernetes/${name}`);

describe('metrics', () => {
  test('the code registers metrics, and their labels are read with them', () => {
    expect(registered.get('freshet_queue_jobs')).toEqual(['queue', 'state']);
    expect(registered.get('freshet_connected_clients')).toEqual([]);
    expect(registered.get('freshet_cache_hits_total')).toEqual(['tier']);
  });

  test('a metric or a label that is made up is found', () => {
    expect(troublesOf('sum by (queue) (freshet_queue_jobs{state="failed"})', registered)).toEqual([]);
    expect(troublesOf('rate(freshet_event_lag_seconds_bucket[5m])', registered)).toEqual([]);
    expect(troublesOf('freshet_nothing_total', registered)).toEqual(['nothing registers freshet_nothing_total']);
    expect(troublesOf('freshet_queue_jobs{lane="x"}', registered)).toEqual(['freshet_queue_jobs has no label lane']);
    expect(troublesOf('sum by (lane) (freshet_queue_jobs)', registered)).toHaveLength(1);
  });

  test('the alert rules use only what the code registers', () => {
    const text = textOf('deploy/prometheus/alerts.yaml');
    const rules = text.split(/^ {6}- alert: /m).slice(1);
    expect(rules.length).toBeGreaterThan(15);
    for (const rule of rules) {
      const expression = /expr: (?:\|\n)?([\s\S]*?)\n {8}(?:for|labels):/.exec(rule)?.[1] ?? '';
      expect([rule.split('\n')[0], troublesOf(expression, registered)]).toEqual([rule.split('\n')[0], []]);
      expect(expression).toMatch(/freshet_|provider_|process_|nodejs_/);
      expect(rule).toMatch(/severity: (warning|critical)/);
      expect(rule).toContain('summary:');
    }
  });

  test('every alert rule has a line in the operations guide that says what to do, and every line a rule', () => {
    const rules = [...textOf('deploy/prometheus/alerts.yaml').matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
    const lines = [...textOf('docs/operations.md').matchAll(/^\| `(Freshet\w+)` \| \S/gm)].map(([, name]) => name);
    expect(lines).toEqual(rules);
  });

  test('a provider is down only while somebody asks it, seen over longer than a breaker rests between two probes', () => {
    const [, rule = ''] = textOf('deploy/prometheus/alerts.yaml').split('- alert: FreshetProviderDown\n');
    const asked = /and sum by \(provider\) \(increase\(provider_requests_total\[(\d+)m\]\)\) > 0/.exec(
      rule.split('- alert: ')[0] ?? '',
    );
    const longest = /LONGEST_OPEN_MS = (\d+) \* 60_000/.exec(textOf('packages/providers/src/breaker.ts'));
    expect(Number(asked?.[1])).toBeGreaterThan(Number(longest?.[1]));
    expect(textOf('docs/operations.md')).toContain(`when it was asked within ${asked?.[1]} min`);
  });

  test('the dashboard uses only what the code registers', () => {
    const { panels } = JSON.parse(textOf('deploy/grafana/freshet.json')) as {
      panels: { title: string; type: string; targets?: { expr: string }[] }[];
    };
    const charts = panels.filter(({ type }) => type !== 'row');
    expect(charts.length).toBeGreaterThan(20);
    for (const { title, targets = [] } of charts) {
      expect(targets.length).toBeGreaterThan(0);
      const troubles = targets.flatMap(({ expr }) => troublesOf(expr, registered));
      expect([title, troubles]).toEqual([title, []]);
    }
  });

  test('the scaling uses only what the code registers', () => {
    const query = /query: (.*)/.exec(textOf('deploy/kubernetes/worker.yaml'))?.[1] ?? '';
    expect(query).toContain('freshet_queue_oldest_wait_seconds');
    expect(troublesOf(query, registered)).toEqual([]);
  });

  test('every metric of the code is on the dashboard, in an alert or in the operations guide', () => {
    const told = ['deploy/prometheus/alerts.yaml', 'deploy/grafana/freshet.json', 'docs/operations.md']
      .map(textOf)
      .join();
    expect([...registered.keys()].filter((name) => !told.includes(name))).toEqual([]);
  });
});

test('every way to start a process gives it the same flags and variables', () => {
  const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
  const { NODE_COMPILE_CACHE, MALLOC_ARENA_MAX } = NODE_ENVIRONMENT;
  const set = `MALLOC_ARENA_MAX=${MALLOC_ARENA_MAX} NODE_COMPILE_CACHE=${relative(repositoryRoot, NODE_COMPILE_CACHE)}`;
  // Both are run at the top of the repository.
  const flags = NODE_FLAGS.map((flag) => flag.replace(repositoryRoot, '.'));
  for (const app of ['api', 'worker', 'scheduler'])
    expect(scripts[app]).toBe(`${set} exec node ${flags.join(' ')} apps/${app}/src/main.ts`);
  const entry = ['node', ...flags].map((word) => JSON.stringify(word)).join(', ');
  expect(textOf('Dockerfile')).toContain(`ENTRYPOINT [${entry}]`);
  expect(textOf('Dockerfile')).toContain(` MALLOC_ARENA_MAX=${MALLOC_ARENA_MAX} `);
});

test('what compose checks and publishes doesn’t hang on what .env says of ports', () => {
  const compose = textOf('docker-compose.yml');
  const [, common = ''] = /environment: &environment\n([\s\S]*?)\n {2}\w/.exec(compose) ?? [];
  for (const set of ['HOST: 0.0.0.0', 'HEALTH_HOST: 0.0.0.0', 'HEALTH_PORT: "9090"'])
    expect(common).toContain(`    ${set}`);
  expect(compose).toContain('http://127.0.0.1:9090/readyz');
});

describe('the Kubernetes example', () => {
  const known = new Set(catalogue().map(({ name }) => name));

  test.each(kubernetes)('%s sets only variables that exist', (path) => {
    const text = textOf(path);
    const set = [...text.matchAll(/^ +([A-Z][A-Z0-9]*_?[A-Z0-9_]*): |\{ name: ([A-Z][A-Z0-9_]+),/gm)].map(
      ([, data, env]) => data ?? env ?? '',
    );
    expect(set.filter((name) => !known.has(name))).toEqual([]);
  });

  test('runs programs that exist', () => {
    const programs = [...kubernetes, 'docker-compose.yml'].flatMap((path) =>
      [...textOf(path).matchAll(/(?:args|command): \["(apps[^"]+)"/g)].map(([, file = '']) => file),
    );
    expect(new Set(programs)).toEqual(
      new Set([
        'apps/api/src/main.ts',
        'apps/worker/src/main.ts',
        'apps/scheduler/src/main.ts',
        'apps/cli/src/main.ts',
      ]),
    );
    expect(programs.filter((file) => !existsSync(join(repositoryRoot, file)))).toEqual([]);
  });

  test('lists each of its files', () => {
    const listed = [...textOf('deploy/kubernetes/kustomization.yaml').matchAll(/^ {2}- (\S+\.yaml)$/gm)].map(
      ([, file]) => file,
    );
    const files = kubernetes.map((path) => path.split('/').at(-1)).filter((name) => name !== 'kustomization.yaml');
    expect(listed.sort()).toEqual(files.sort());
  });
});
