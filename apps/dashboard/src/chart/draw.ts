import {
  AreaSeries,
  CandlestickSeries,
  ColorType,
  createChart,
  CrosshairMode,
  HistogramSeries,
  type IChartApi,
  LineSeries,
  TickMarkType,
  type Time,
} from 'lightweight-charts';
import { formatPrice, formatShare } from '../format/numbers.ts';
import { colourOf } from './colours.ts';
import { type MarkOf, markSays, momentSays } from './local-time.ts';
import type { ChartSpec, Line } from './spec.ts';

const MARKS: Partial<Record<TickMarkType, MarkOf>> = {
  [TickMarkType.Year]: 'year',
  [TickMarkType.Month]: 'month',
  [TickMarkType.DayOfMonth]: 'day',
};

/** Draws into an element, which keeps the size that its style gives it. @returns how to take it away again */
export function draw(element: HTMLElement, spec: ChartSpec): () => void {
  const withTimes = timesOfDay(spec);
  const chart = createChart(element, {
    autoSize: true,
    layout: {
      background: { type: ColorType.Solid, color: 'transparent' },
      textColor: colourOf('--muted'),
      fontFamily: getComputedStyle(document.body).fontFamily,
      fontSize: 11,
      // It would write a style into the page, which its policy forbids; the page names the library in words.
      attributionLogo: false,
      panes: { separatorColor: colourOf('--line'), enableResize: false },
    },
    grid: { vertLines: { visible: false }, horzLines: { color: colourOf('--line') } },
    rightPriceScale: { borderVisible: false },
    timeScale: {
      borderColor: colourOf('--line'),
      timeVisible: withTimes,
      secondsVisible: false,
      rightOffset: 1,
      // The first label would be cut in half where it begins left of the first value.
      fixLeftEdge: true,
      ...(withTimes
        ? { tickMarkFormatter: (time: Time, type: TickMarkType) => markSays(Number(time), MARKS[type] ?? 'time') }
        : {}),
    },
    ...(withTimes ? { localization: { timeFormatter: (time: Time) => momentSays(Number(time)) } } : {}),
    crosshair: { mode: CrosshairMode.Magnet },
    // A page that scrolls isn't to be caught by a chart in its middle.
    handleScroll: { mouseWheel: false, vertTouchDrag: false },
    handleScale: { mouseWheel: false },
  });
  if (spec.candles) drawCandles(chart, spec);
  if (spec.volume) drawVolume(chart, spec);
  for (const line of spec.lines ?? []) drawLine(chart, line, spec);
  chart.panes()[1]?.setStretchFactor(0.45);
  chart.timeScale().fitContent();
  return () => chart.remove();
}

function drawCandles(chart: IChartApi, { candles = [] }: ChartSpec): void {
  const [up, down] = [colourOf('--up'), colourOf('--down')];
  const series = chart.addSeries(CandlestickSeries, {
    upColor: up,
    downColor: down,
    wickUpColor: up,
    wickDownColor: down,
    borderVisible: false,
    priceFormat: { type: 'custom', formatter: formatPrice, minMove: 0.0001 },
  });
  series.priceScale().applyOptions({ scaleMargins: { top: 0.06, bottom: 0.24 } });
  series.setData(candles.map((candle) => ({ ...candle, time: candle.time as Time })));
}

function drawVolume(chart: IChartApi, { volume = [] }: ChartSpec): void {
  const series = chart.addSeries(HistogramSeries, {
    color: colourOf('--line-strong'),
    priceFormat: { type: 'volume' },
    priceScaleId: 'volume',
    lastValueVisible: false,
    priceLineVisible: false,
  });
  series.priceScale().applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } });
  series.setData(volume.map((point) => ({ ...point, time: point.time as Time })));
}

function drawLine(chart: IChartApi, line: Line, { unit }: ChartSpec): void {
  const colour = colourOf(line.tone === 'accent' ? '--accent' : line.tone === 'fall' ? '--down' : '--muted');
  const inPane = line.pane ?? 0;
  const share = unit === 'share' || inPane === 1;
  const shared = {
    lineWidth: 2 as const,
    priceLineVisible: false,
    priceFormat: {
      type: 'custom' as const,
      formatter: share ? (value: number) => formatShare(value) : formatPrice,
      minMove: 0.0001,
    },
  };
  const data = line.points.map((point) => ({ ...point, time: point.time as Time }));
  if (!line.filled) {
    chart.addSeries(LineSeries, { ...shared, color: colour }, inPane).setData(data);
    return;
  }
  const shade = {
    lineColor: colour,
    topColor: `${colour}33`,
    bottomColor: `${colour}08`,
    invertFilledArea: line.tone === 'fall',
  };
  chart.addSeries(AreaSeries, { ...shared, ...shade }, inPane).setData(data);
}

function timesOfDay({ candles, lines }: ChartSpec): boolean {
  return typeof (candles?.[0]?.time ?? lines?.[0]?.points[0]?.time) === 'number';
}
