import { CorrelationCard } from '../components/correlation-card.tsx';
import { NewPortfolio } from '../components/new-portfolio.tsx';
import { Since } from '../components/since.tsx';
import { Trouble, unread } from '../components/trouble.tsx';
import { formatMoney } from '../format/numbers.ts';
import { nameOf } from '../state/names.ts';
import { useOwners } from '../state/owners.ts';
import { portfolioHref } from '../state/route.ts';
import { isStaff } from '../state/session.ts';
import { useRead } from '../state/use-read.ts';
import { useTitle } from '../state/use-title.ts';

/** All portfolios that the reader may see. */
export function PortfoliosPage() {
  useTitle('Portfolios');
  const portfolios = useRead('GET /api/v1/portfolios', {}, { on: ['portfolio_update'], whole: true });
  const data = portfolios.data.value?.data ?? null;
  const owners = useOwners();
  return (
    <>
      <div class="page-head">
        <div class="grow">
          <h1>Portfolios</h1>
        </div>
        <NewPortfolio />
      </div>
      <Trouble text={portfolios.trouble.value} again={portfolios.again} />
      <section class="card" aria-label="Portfolios">
        {data === null || data.length === 0 ? (
          <p class="empty">{data === null ? unread(portfolios) : 'There is no portfolio yet.'}</p>
        ) : (
          <table class="table stacks">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col" class="number">
                  Value
                </th>
                <th scope="col" class="number">
                  Cash
                </th>
                <th scope="col">Benchmark</th>
                <th scope="col">Valued</th>
                {isStaff.value && <th scope="col">Owner</th>}
              </tr>
            </thead>
            <tbody>
              {data.map((row) => (
                <tr key={row.portfolio_id}>
                  <td>
                    <a class="symbol long" href={portfolioHref(row.portfolio_id)}>
                      {row.name}
                    </a>
                  </td>
                  <td class="number price">{formatMoney(row.value, row.currency)}</td>
                  <td class="number" data-label="Cash">
                    {formatMoney(row.cash, row.currency)}
                  </td>
                  <td data-label="Benchmark">{nameOf(row.benchmark).value}</td>
                  <td class="muted" data-label="Valued">
                    {row.as_of === null ? 'not yet' : <Since at={row.as_of} />}
                  </td>
                  {isStaff.value && (
                    <td class="long" data-label="Owner">
                      {owners.get(row.user_id) ?? row.user_id}
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {portfolios.data.value?.next_cursor && <p class="card-foot">The first {data?.length} are shown.</p>}
      </section>
      <CorrelationCard />
    </>
  );
}
