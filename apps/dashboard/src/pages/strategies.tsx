export function StrategiesPage() {
  return <p class="empty">…</p>;
}
