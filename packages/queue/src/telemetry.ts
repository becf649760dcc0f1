import type { JobsOptions, Telemetry } from 'bullmq';
import { BullMQOtel } from 'bullmq-otel';
import { isTracing } from '@freshet/runtime';

/** BullMQ's spans (adding, processing), and the trace in the jobs' options; nothing of it while nobody traces. */
export function telemetry(): { telemetry?: Telemetry } {
  return isTracing() ? { telemetry: new BullMQOtel({ tracerName: 'bullmq' }) } : {};
}

/** A job of this trace, also when others are added together with it. */
export function ofTrace(traceparent: string | null | undefined): Pick<JobsOptions, 'telemetry'> {
  return traceparent && isTracing() ? { telemetry: { metadata: JSON.stringify({ traceparent }) } } : {};
}
