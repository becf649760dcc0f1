import { context, propagation, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';

type Attributes = Record<string, string | number | boolean | undefined>;

/** W3C trace context, as it travels in a job or a row. */
export interface TraceParent {
  traceparent?: string;
  tracestate?: string;
}

let started = false;

/** Whether spans are exported; work that only tracing needs is skipped otherwise. */
export const isTracing = (): boolean => started;

/**
 * Sends traces to an OTLP collector. The SDK (40 MB of modules) is loaded only here, so that a process without an
 * endpoint doesn't pay for it; until then spans cost nothing and go nowhere.
 */
export async function startTracing(options: { name: string; endpoint: string }): Promise<{ stop(): Promise<void> }> {
  const { NodeSDK } = await import('@opentelemetry/sdk-node');
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  const { ParentBasedSampler, SamplingDecision } = await import('@opentelemetry/sdk-trace');
  const sdk = new NodeSDK({
    serviceName: `freshet-${options.name}`,
    traceExporter: new OTLPTraceExporter({ url: `${options.endpoint}/v1/traces` }),
    instrumentations: [],
    // BullMQ's internal spans (looking for jobs, renewing locks) are many and belong to no refresh, so they start no trace.
    sampler: new ParentBasedSampler({
      root: {
        shouldSample: (_context, _trace, _name, kind) => ({
          decision: kind === SpanKind.INTERNAL ? SamplingDecision.NOT_RECORD : SamplingDecision.RECORD_AND_SAMPLED,
        }),
      },
    }),
  });
  sdk.start();
  started = true;
  return {
    stop() {
      started = false;
      return sdk.shutdown();
    },
  };
}

export interface SpanOptions {
  kind?: keyof typeof SpanKind;
  attributes?: Attributes;
  /** The trace to join; default: the active span. */
  parent?: TraceParent;
}

/** Runs `work` inside a span; an error marks it and passes on. A span of kind INTERNAL, the default, never begins a trace. */
export async function withSpan<T>(
  name: string,
  { kind = 'INTERNAL', attributes, parent }: SpanOptions,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  const outer = parent?.traceparent ? propagation.extract(context.active(), parent) : context.active();
  const options = { kind: SpanKind[kind], attributes };
  return await trace.getTracer('freshet').startActiveSpan(name, options, outer, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      failed(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Starts a span that the caller ends with `endSpan`; null when there is no active trace. */
export function spanWithin(name: string, { kind = 'INTERNAL', attributes }: SpanOptions): Span | null {
  if (!trace.getActiveSpan()?.isRecording()) return null;
  return trace.getTracer('freshet').startSpan(name, { kind: SpanKind[kind], attributes });
}

/** Ends a span, as failed when there is an error. */
export function endSpan(span: Span, error?: unknown): void {
  if (error) failed(span, error);
  span.end();
}

function failed(span: Span, error: unknown): void {
  span.recordException(error as Error);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** The current trace context, to be kept with a job or a row; empty when there is no trace. */
export function currentTrace(): TraceParent {
  const carrier: TraceParent = {};
  propagation.inject(context.active(), carrier);
  return carrier;
}

/** The trace id for a log line. */
export function traceOfLine(): { trace_id?: string } {
  const span = started ? trace.getActiveSpan() : undefined;
  return span ? { trace_id: span.spanContext().traceId } : {};
}

/** Links the active span to another trace, for work that several refreshes share. */
export function linkTrace(traceparent: string | null): void {
  const span = trace.getActiveSpan();
  if (!span?.isRecording() || !traceparent) return;
  const other = trace.getSpanContext(propagation.extract(context.active(), { traceparent }));
  if (other && other.traceId !== span.spanContext().traceId) span.addLink({ context: other });
}
