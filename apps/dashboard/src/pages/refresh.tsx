export function RefreshPage({ refresh }: { refresh: string }) {
  return <p class="empty">{refresh}</p>;
}
