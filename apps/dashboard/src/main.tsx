import { render } from 'preact';
// What several parts look like. What one alone does stands beside it and comes later, so that it may change this.
import './styles/tokens.css';
import './styles/base.css';
import './styles/page-head.css';
import './styles/card.css';
import './styles/list.css';
import './styles/table.css';
import './styles/tabs.css';
import './styles/pill.css';
import './styles/symbol.css';
import './styles/captioned.css';
import './styles/trouble.css';
import './styles/inline-form.css';
import './styles/icon.css';
import './styles/brand.css';
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
