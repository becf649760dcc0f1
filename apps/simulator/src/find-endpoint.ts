import type { Provider, SimulatedAnswer, SimulatedEndpoint, SimulatedRequest } from '@freshet/providers';
import type { Asked } from './faults/fault.ts';

/** What a request is for. */
export interface Found {
  name: keyof Provider['serves'] | 'session' | 'unknown';
  cost: number;
  endpoint?: SimulatedEndpoint;
  asked?: Asked;
  /** The answer of a step of the handshake. */
  step?: SimulatedAnswer;
}

/** Which of a provider's endpoints a request is for. */
export function findEndpoint(provider: Provider, request: SimulatedRequest): Found {
  for (const [name, endpoint] of Object.entries(provider.serves)) {
    const match = endpoint?.simulated.match(request);
    if (match)
      return { name: name as keyof Provider['serves'], cost: match.cost, endpoint: endpoint.simulated, asked: match };
  }
  const step = provider.session?.simulated?.answer(request);
  return step ? { name: 'session', cost: 1, step } : { name: 'unknown', cost: 1 };
}
