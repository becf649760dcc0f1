/** GICS sectors with their usual short forms. */
const SECTORS: Record<string, readonly string[]> = {
  'Information Technology': ['technology', 'tech', 'it', 'info tech'],
  'Health Care': ['healthcare', 'health'],
  Financials: ['financial', 'finance', 'financial services'],
  'Consumer Discretionary': ['consumer cyclical', 'cyclical', 'discretionary'],
  'Consumer Staples': ['consumer defensive', 'defensive', 'staples'],
  'Communication Services': ['communications', 'communication', 'telecom', 'telecommunications', 'media'],
  Industrials: ['industrial', 'industry'],
  Energy: ['oil', 'oil and gas'],
  Materials: ['basic materials', 'material'],
  Utilities: ['utility'],
  'Real Estate': ['realestate', 'reits', 'reit', 'property'],
};

const BY_NAME = new Map(
  Object.entries(SECTORS).flatMap(([sector, aliases]) =>
    [sector.toLowerCase(), ...aliases].map((name) => [name, sector] as const),
  ),
);

/** The GICS name of a sector; an unknown name is returned unchanged. */
export function canonicalSector(text: string): string {
  return BY_NAME.get(text.trim().toLowerCase().replaceAll('_', ' ').replaceAll('&', 'and')) ?? text.trim();
}
