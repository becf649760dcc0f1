import { classOfSymbol } from '@freshet/market';
import type { Fault } from './fault.ts';

/** Somebody else's answer: a cache that mixes up its keys. */
export const wrongSymbol: Fault = {
  name: 'wrong-symbol',
  does: 'Answers for other symbols of the same class than those asked for.',
  asked(asked, market) {
    const all = market.symbols();
    const other = (symbol: string) => {
      const same = all.filter((each) => classOfSymbol(each) === classOfSymbol(symbol) && !asked.symbols.includes(each));
      return same[symbol.length % Math.max(same.length, 1)] ?? symbol;
    };
    return { ...asked, symbols: asked.symbols.map(other) };
  },
};
