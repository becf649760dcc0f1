import { useEffect, useRef } from 'preact/hooks';
import { OperationsPage } from '../pages/operations.tsx';
import { PortfolioPage } from '../pages/portfolio.tsx';
import { PortfoliosPage } from '../pages/portfolios.tsx';
import { RefreshPage } from '../pages/refresh.tsx';
import { StrategiesPage } from '../pages/strategies.tsx';
import { SymbolPage } from '../pages/symbol.tsx';
import { WatchPage } from '../pages/watch.tsx';
import { type Route, route } from '../state/route.ts';
import { cutOff, reader, session, sessionTrouble } from '../state/session.ts';
import { useTitle } from '../state/use-title.ts';
import { Boundary } from './boundary.tsx';
import { Foot } from './foot.tsx';
import { Head } from './head.tsx';
import { Notices } from './notices.tsx';
import { SignInAgain } from './sign-in-again.tsx';
import { SignIn } from './sign-in.tsx';
import './shell.css';

/**
 * The frame of every page; without a session it shows the sign-in form instead. After a session that was cut off the page is
 * unseen, not gone: what was being written is there again when the same reader has signed in.
 */
export function Shell() {
  if (session.value === null) return <SignIn />;
  if (session.value === undefined) {
    return <p class="empty">{sessionTrouble.value ?? 'Loading'}</p>;
  }
  return (
    <>
      <div key={reader.value} hidden={cutOff.value}>
        <Frame />
      </div>
      {cutOff.value && <SignInAgain />}
    </>
  );
}

function Frame() {
  return (
    <>
      <a class="skip" href="#main" onClick={toMain}>
        Skip to the content
      </a>
      <Head />
      <Main />
      <Foot />
      <Notices />
    </>
  );
}

function Main() {
  const main = useRef<HTMLElement>(null);
  const where = JSON.stringify(route.value);
  const first = useRef(true);
  useEffect(() => {
    // A reader with a screen reader is taken to the new page, as a loaded one would.
    if (!first.current) main.current?.focus({ preventScroll: true });
    if (!first.current) scrollTo(0, 0);
    first.current = false;
  }, [where]);
  return (
    <main id="main" class="main" tabIndex={-1} ref={main}>
      <Boundary key={where}>
        <Page at={route.value} />
      </Boundary>
    </main>
  );
}

function Page({ at }: { at: Route }) {
  switch (at.page) {
    case 'watch':
      return <WatchPage watchlist={at.watchlist} />;
    case 'symbol':
      return <SymbolPage symbol={at.symbol} />;
    case 'portfolios':
      return <PortfoliosPage />;
    case 'portfolio':
      return <PortfolioPage portfolio={at.portfolio} />;
    case 'strategies':
      return <StrategiesPage />;
    case 'operations':
      return <OperationsPage part={at.part} />;
    case 'refresh':
      return <RefreshPage refresh={at.refresh} />;
    default:
      return <NoPage />;
  }
}

function NoPage() {
  useTitle('Nothing here');
  return (
    <div class="page-head">
      <h1>There is no such page</h1>
    </div>
  );
}

function toMain(event: Event): void {
  // The address belongs to the pages.
  event.preventDefault();
  document.getElementById('main')?.focus();
}
