import { canonicalSector } from './sectors.ts';

test.each([
  ['Technology', 'Information Technology'],
  ['tech', 'Information Technology'],
  [' INFORMATION TECHNOLOGY ', 'Information Technology'],
  ['Healthcare', 'Health Care'],
  ['Finance', 'Financials'],
  ['Consumer Cyclical', 'Consumer Discretionary'],
  ['consumer_defensive', 'Consumer Staples'],
  ['Telecom', 'Communication Services'],
  ['Industrial', 'Industrials'],
  ['oil & gas', 'Energy'],
  ['Basic Materials', 'Materials'],
  ['Utility', 'Utilities'],
  ['REITs', 'Real Estate'],
  ['Alchemy', 'Alchemy'],
])('%j is the sector %s', (said, meant) => {
  expect(canonicalSector(said)).toBe(meant);
});
