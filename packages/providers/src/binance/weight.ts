/** The weight of `ticker/24hr` for so many symbols: 20 cost what one does, one more costs twenty times as much. */
export function tickerWeight(symbols: number): number {
  if (symbols <= 20) return 2;
  return symbols <= 100 ? 40 : 80;
}
