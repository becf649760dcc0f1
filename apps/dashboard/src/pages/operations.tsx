export function OperationsPage({ part }: { part: string }) {
  return <p class="empty">{part}</p>;
}
