import type { JobsOptions, Telemetry } from 'bullmq';
import { BullMQOtel } from 'bullmq-otel';
import { isTracing } from '@freshet/runtime';

/** Turns on BullMQ's own spans (adding, processing) and the trace in job options. Empty while tracing is off. */
export function telemetry(): { telemetry?: Telemetry } {
  return isTracing() ? { telemetry: new BullMQOtel({ tracerName: 'bullmq' }) } : {};
}

/** The option that puts one job into this trace, also when it is added in bulk with jobs of other traces. */
export function ofTrace(traceparent: string | null | undefined): Pick<JobsOptions, 'telemetry'> {
  return traceparent && isTracing() ? { telemetry: { metadata: JSON.stringify({ traceparent }) } } : {};
}
