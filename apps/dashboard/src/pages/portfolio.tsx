export function PortfolioPage({ portfolio }: { portfolio: string }) {
  return <p class="empty">{portfolio}</p>;
}
