export function SymbolPage({ symbol }: { symbol: string }) {
  return <p class="empty">{symbol}</p>;
}
