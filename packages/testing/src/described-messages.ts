import type { EventType, WebhookEvent } from '@freshet/contracts';
import { EVENT_DATA, WEBHOOK_DATA } from '@freshet/contracts/api';
import type { Pool } from '@freshet/store';

interface Schema {
  safeParse(data: unknown): { error?: Error };
}

/** Validates everything that a story wrote to the event log and to webhook endpoints against the schemas that OpenAPI shows. */
export async function assertMessagesDescribed(pool: Pool): Promise<void> {
  const { rows: events } = await pool.query<{ type: EventType; items: unknown[] }>('select type, items from events');
  for (const { type, items } of events) for (const item of items) hold(type, EVENT_DATA[type], item);
  // Webhooks about a refresh send its final view, of which the row keeps only the id.
  const { rows: webhooks } = await pool.query<{ event: WebhookEvent; payload: unknown }>(
    `select event, payload from webhook_deliveries where event not like 'refresh.%'`,
  );
  for (const { event, payload } of webhooks) hold(event, WEBHOOK_DATA[event], payload);
}

function hold(name: string, schema: Schema, data: unknown): void {
  const { error } = schema.safeParse(data);
  if (error) throw new Error(`${name} does not match its schema: ${JSON.stringify(data)}\n${error.message}`);
}
