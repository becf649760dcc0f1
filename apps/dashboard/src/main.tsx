import { render } from 'preact';
import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/parts.css';
import { listeners } from './api/ask.ts';
import { Shell } from './components/shell.tsx';
import { followAuto } from './state/auto-refresh.ts';
import { learnServerTime, startClock } from './state/clock.ts';
import { followPrices } from './state/quotes.ts';
import { followAddress } from './state/route.ts';
import { readSession } from './state/session.ts';
import { applyTheme } from './state/theme.ts';

applyTheme();
followAddress();
listeners.answered = learnServerTime;
startClock();
followPrices();
followAuto();
void readSession();

const place = document.getElementById('page');
if (place) render(<Shell />, place);
