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
import { forgetWhoLeft } from './state/forget.ts';
import { readSession } from './state/session.ts';
import { followSight } from './state/stream.ts';
import { applyTheme } from './state/theme.ts';

applyTheme();
followAddress();
listeners.answered = learnServerTime;
startClock();
followPrices();
followSight();
followAuto();
forgetWhoLeft();
void readSession();

const place = document.getElementById('page');
if (place) render(<Shell />, place);
