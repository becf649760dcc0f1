export function PortfoliosPage() {
  return <p class="empty">…</p>;
}
