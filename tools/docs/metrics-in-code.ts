import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@freshet/testing';
import { isTest } from '../rooms/table.ts';

/** Labels that everything has: prom-client's default, the scraper's own, and the buckets of histograms. */
const EVERYWHERE = ['process', 'instance', 'le'];
/** Of Node and of the process: registered by prom-client. */
const DEFAULTS = /^(process|nodejs)_[a-z0-9_]+$/;

/** The metrics that the code registers, with their labels: `metrics.counter({ name: '…', help: '…', labels: […] })`. */
export function metricsInCode(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const room of ['apps', 'packages']) {
    const files = readdirSync(join(repositoryRoot, room), { recursive: true, encoding: 'utf8' });
    for (const file of files) {
      if (!file.endsWith('.ts') || file.includes('node_modules') || isTest(file)) continue;
      const text = readFileSync(join(repositoryRoot, room, file), 'utf8');
      for (const match of text.matchAll(/\.(?:counter|gauge|histogram)\(\{\s*name: '([a-z0-9_]+)'/g)) {
        const rest = text.slice(match.index, match.index + 500).split(/\}\)[;,]|collect/, 1)[0] ?? '';
        const labels = /labels: \[([^\]]*)\]/.exec(rest)?.[1] ?? '';
        found.set(
          match[1] ?? '',
          [...labels.matchAll(/'(\w+)'/g)].map(([, label = '']) => label),
        );
      }
    }
  }
  return found;
}

/** What is wrong with the metrics and labels of a query, by what the code registers. */
export function troublesOf(query: string, registered: ReadonlyMap<string, string[]>): string[] {
  const troubles: string[] = [];
  const used = new Set<string>();
  for (const [, name = '', , selected = ''] of query.matchAll(
    /\b((?:freshet|provider|process|nodejs)_[a-z0-9_]+)(\{([^}]*)\})?/g,
  )) {
    const labels = labelsOf(name, registered);
    if (!labels) {
      if (!DEFAULTS.test(name)) troubles.push(`nothing registers ${name}`);
      continue;
    }
    for (const label of labels) used.add(label);
    for (const [, label = ''] of selected.matchAll(/(\w+)\s*[=!]/g)) {
      if (![...labels, ...EVERYWHERE].includes(label)) troubles.push(`${name} has no label ${label}`);
    }
  }
  for (const [, list = ''] of query.matchAll(/\bby \(([^)]*)\)/g)) {
    for (const label of list.split(',').map((each) => each.trim())) {
      if (!used.has(label) && !EVERYWHERE.includes(label)) troubles.push(`nothing in ${query} has the label ${label}`);
    }
  }
  return troubles;
}

/** Of a histogram the series with its suffixes, too. */
function labelsOf(name: string, registered: ReadonlyMap<string, string[]>): string[] | undefined {
  return registered.get(name) ?? registered.get(name.replace(/_(bucket|sum|count)$/, ''));
}
