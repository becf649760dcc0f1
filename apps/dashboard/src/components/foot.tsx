import { isStaff } from '../state/session.ts';
import './foot.css';

export function Foot() {
  return (
    <footer class="foot">
      <a href="/docs">API documentation</a>
      {isStaff.value && <a href="/admin/queues">Bull Board</a>}
      <a href="https://www.tradingview.com/" rel="noreferrer" target="_blank">
        Charts by TradingView
      </a>
    </footer>
  );
}
