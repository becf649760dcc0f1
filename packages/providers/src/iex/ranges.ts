/** The ranges of `/chart`, and how many calendar days each reaches back. */
export const CHART_RANGES: Record<string, number> = {
  '5d': 7,
  '1m': 30,
  '3m': 90,
  '6m': 181,
  '1y': 365,
  '2y': 730,
  '5y': 1826,
  max: 5479,
};
