import { route } from '../state/route.ts';
import { reasonOf } from '../api/ask.ts';
import { notify } from '../state/notices.ts';
import { session, signOut } from '../state/session.ts';
import { nextTheme, theme } from '../state/theme.ts';
import { AlertCount } from './alert-count.tsx';
import { Logo } from './logo.tsx';
import { StreamState } from './stream-state.tsx';
import { SymbolSearch } from './symbol-search.tsx';
import './head.css';

const PAGES = [
  { title: 'Watchlists', href: '#/', pages: ['watch', 'symbol'] },
  { title: 'Portfolios', href: '#/portfolios', pages: ['portfolios', 'portfolio'] },
  { title: 'Strategies', href: '#/strategies', pages: ['strategies'] },
  { title: 'Operations', href: '#/operations', pages: ['operations', 'refresh'] },
];
const THEME_SAYS = { auto: 'Colours follow the system', light: 'Light colours', dark: 'Dark colours' };
const THEME_SIGN = { auto: '◐', light: '○', dark: '●' };

export function Head() {
  return (
    <header class="head">
      <div class="head-inner">
        <a class="brand" href="#/" aria-label="Freshet, watchlists">
          <Logo />
          <span class="brand-word">Freshet</span>
        </a>
        <nav class="nav" aria-label="Pages">
          {PAGES.map(({ title, href, pages }) => (
            <a key={href} href={href} aria-current={pages.includes(route.value.page) ? 'page' : undefined}>
              {title}
              {title === 'Operations' && <AlertCount />}
            </a>
          ))}
        </nav>
        <div class="head-end">
          <SymbolSearch />
          <StreamState />
          <button
            type="button"
            class="icon"
            onClick={nextTheme}
            title={THEME_SAYS[theme.value]}
            aria-label={`${THEME_SAYS[theme.value]}; change`}
          >
            {THEME_SIGN[theme.value]}
          </button>
          <button
            type="button"
            class="button quiet small"
            onClick={() => void leave()}
            title={`Signed in as ${session.value?.role}`}
          >
            <span class="user-name">{session.value?.name}</span>
            <span class="muted">Sign out</span>
          </button>
        </div>
      </div>
    </header>
  );
}

async function leave(): Promise<void> {
  try {
    await signOut();
  } catch (error) {
    notify(`You are still signed in: ${reasonOf(error)}`, 'bad', { says: 'Try again', run: () => void leave() });
  }
}
