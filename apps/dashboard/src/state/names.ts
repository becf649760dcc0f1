import { signal, type Signal } from '@preact/signals';
import { ask } from '../api/ask.ts';

const names = new Map<string, Signal<string>>();

/** What people call a symbol: itself until that is known. Asked once. */
export function nameOf(symbol: string): Signal<string> {
  const there = names.get(symbol);
  if (there) return there;
  const name = signal(symbol);
  names.set(symbol, name);
  void learn(symbol, name);
  return name;
}

async function learn(symbol: string, name: Signal<string>): Promise<void> {
  try {
    const { data } = await ask('GET /api/v1/assets', { query: { q: symbol, limit: 20 } });
    name.value = data.find((asset) => asset.symbol === symbol)?.name ?? symbol;
  } catch {
    // The symbol says it too; the next page asks again.
    names.delete(symbol);
  }
}
