import { context, propagation, type Span, SpanStatusCode, trace } from '@opentelemetry/api';

type Attributes = Record<string, string | number | boolean | undefined>;

/** W3C trace context, as it travels in a job or a row. */
export interface TraceParent {
  traceparent?: string;
  tracestate?: string;
}

/**
 * Sends traces to an OTLP collector. The SDK (40 MB of modules) is loaded only here, so that a process without an
 * endpoint doesn't pay for it; until then spans cost nothing and go nowhere.
 */
export async function startTracing(options: { name: string; endpoint: string }): Promise<{ stop(): Promise<void> }> {
  const { NodeSDK } = await import('@opentelemetry/sdk-node');
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  const sdk = new NodeSDK({
    serviceName: `freshet-${options.name}`,
    traceExporter: new OTLPTraceExporter({ url: `${options.endpoint}/v1/traces` }),
    instrumentations: [],
  });
  sdk.start();
  return { stop: () => sdk.shutdown() };
}

/** Runs `work` inside a span; an error marks it and passes on. */
export async function withSpan<T>(
  name: string,
  attributes: Attributes,
  work: (span: Span) => Promise<T>,
  parent?: TraceParent,
): Promise<T> {
  const outer = parent?.traceparent ? propagation.extract(context.active(), parent) : context.active();
  return await trace.getTracer('freshet').startActiveSpan(name, { attributes }, outer, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      span.recordException(error as Error);
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** The current trace context, to be kept with a job or a row; empty when there is no trace. */
export function currentTrace(): TraceParent {
  const carrier: TraceParent = {};
  propagation.inject(context.active(), carrier);
  return carrier;
}
