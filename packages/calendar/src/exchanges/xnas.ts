import type { Exchange } from '../exchange.ts';
import { xnys } from './xnys.ts';

/** Nasdaq keeps the New York Stock Exchange's days, half days and hours. */
export const xnas: Exchange = { ...xnys, name: 'Nasdaq' };
