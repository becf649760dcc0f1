import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What a metric is: `labels` are its label names, `collect` sets a gauge when it is read. */
export interface MetricSpec {
  name: string;
  help: string;
  labels?: readonly string[];
}

/** The metrics of one process. Asking again for a metric of the same name gives the same one. */
export interface Metrics {
  counter(spec: MetricSpec): Counter<string>;
  gauge(spec: MetricSpec & { collect?: (gauge: Gauge<string>) => void | Promise<void> }): Gauge<string>;
  /** Buckets in the unit of the name; default: seconds from 5 ms to 10 min. */
  histogram(spec: MetricSpec & { buckets?: number[] }): Histogram<string>;
  /** Adds lines in Prometheus format that something else writes, such as a library's own exporter. */
  append(lines: () => string | Promise<string>): void;
  /** Everything, in the Prometheus text format. */
  text(): Promise<string>;
  readonly contentType: string;
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 600];

/** Metrics labelled with the process, Node's own (memory, event loop lag, handles) unless `own` is false. */
export function createMetrics(process: string, { own = true }: { own?: boolean } = {}): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ process });
  if (own) collectDefaultMetrics({ register: registry });
  const appended: (() => string | Promise<string>)[] = [];

  function once<T>(name: string, create: () => T): T {
    return (registry.getSingleMetric(name) as T | undefined) ?? create();
  }

  return {
    counter: ({ name, help, labels = [] }) =>
      once(name, () => new Counter({ name, help, labelNames: labels, registers: [registry] })),
    gauge: ({ name, help, labels = [], collect }) =>
      once(
        name,
        () =>
          new Gauge({
            name,
            help,
            labelNames: labels,
            registers: [registry],
            ...(collect
              ? {
                  collect(this: Gauge<string>) {
                    return collect(this);
                  },
                }
              : {}),
          }),
      ),
    histogram: ({ name, help, labels = [], buckets = SECONDS }) =>
      once(name, () => new Histogram({ name, help, labelNames: labels, buckets, registers: [registry] })),
    append: (lines) => void appended.push(lines),
    text: async () => [await registry.metrics(), ...(await Promise.all(appended.map((lines) => lines())))].join('\n'),
    contentType: registry.contentType,
  };
}
