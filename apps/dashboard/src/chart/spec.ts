/** What a chart shows, apart from how it is drawn. Times are seconds since 1970, or session dates. */
export type ChartTime = number | string;

export interface Point {
  time: ChartTime;
  value: number;
}

export interface Candle {
  time: ChartTime;
  open: number;
  high: number;
  low: number;
  close: number;
}

export interface Line {
  name: string;
  tone: 'accent' | 'muted' | 'fall';
  points: Point[];
  /** Shaded down to the axis. */
  filled?: boolean;
  /** 0 on top. */
  pane?: 0 | 1;
}

export interface ChartSpec {
  candles?: Candle[];
  volume?: Point[];
  lines?: Line[];
  unit: 'price' | 'share';
}
