import { REASONS, STRATEGIES, STRATEGY_NAMES, type StrategyName, isStrategyName } from '@freshet/finance';
import { type Command, InvalidArgumentError } from 'commander';
import { type AllocateFileOptions, allocateFile } from '../offline/allocate-file.ts';
import { ALLOCATE_OPTIONS } from '../offline/allocate-options.ts';
import { estimatesText, tradesText } from '../print/allocation-details.ts';

/** Names that people use for a strategy besides its own. */
const OTHER_NAMES: Record<string, StrategyName> = {
  equal: 'equal_weight',
  market_cap: 'market_cap_weight',
  inverse_vol: 'inverse_volatility',
  min_variance: 'minimum_variance',
  min_volatility: 'minimum_variance',
  max_sharpe: 'maximum_sharpe',
  equal_risk_contribution: 'risk_parity',
  hrp: 'hierarchical_risk_parity',
  momentum_top_n: 'momentum',
  fixed: 'fixed_weights',
};

/** Adds `freshet allocate --strategy NAME --prices F.csv [--option k=v …]`: one run of a strategy on a file of prices. */
export function addAllocateCommand(program: Command): void {
  const command = program
    .command('allocate')
    .description('run a strategy on a file of prices: target weights, and what is expected of them')
    .requiredOption('--strategy <name>', STRATEGY_NAMES.join(', '), readStrategy)
    .requiredOption('--prices <file>', 'CSV: a date column, then one column of adjusted closes per asset')
    .option('--market <file>', 'CSV of the market’s prices, for expected_returns=capm')
    .option('--option <name=value...>', 'one or more, see below; may be repeated', [])
    .option('--estimates', 'also the expected returns and the covariance matrix, per year')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP);
  command.action((options: AllocateFileOptions & { json?: true }) => {
    try {
      const result = allocateFile(options);
      const print = command.configureOutput().writeOut ?? ((text) => process.stdout.write(text));
      print(options.json ? `${JSON.stringify(result, null, 2)}\n` : table(result));
    } catch (error) {
      command.error(`error: ${(error as Error).message}`);
    }
  });
}

const HELP = `
Strategies:
${STRATEGY_NAMES.map((name) => `  ${name.padEnd(26)}${STRATEGIES[name].says}`).join('\n')}

Options (--option name=value):
${Object.entries(ALLOCATE_OPTIONS)
  .map(([name, { says }]) => `  ${name.padEnd(18)}${says}`)
  .join('\n')}

Dates are YYYY-MM-DD, or month/day/year in a file with a day above 12, which shows that they are.
Empty cells are gaps; a price that is not positive counts as one. Returns span gaps.
JSON: {strategy, as_of, weights: {ASSET: share}|null, cash, cash_because, expected_annual_return, annual_volatility, sharpe,
  reasons, risk_contributions: {ASSET: share of the variance}, expected_by_model: {MODEL: {expected_annual_return, sharpe}},
  excluded: [{symbol, reason}], reason, detail, signals?: [{symbol, side, quantity, value, weight, target}], quantities?, cash_after?,
  estimates?: {symbols, expected_returns, covariance}}
The risk-free return, expected returns, volatility and Sharpe ratio are per year. weights is null, with a reason, when there are none.`;

function table(result: ReturnType<typeof allocateFile>): string {
  const left = result.excluded.map(({ symbol, reason }) => `${symbol} left out: ${REASONS[reason]}\n`).join('');
  if (result.weights === null) return `no allocation: ${result.detail}\n${left}`;
  const percent = (share: number): string => `${(share * 100).toFixed(2).padStart(8)} %\n`;
  const figure = (value: number | null): string => (value === null ? '–' : value.toFixed(6));
  const weights = Object.entries(result.weights).map(([symbol, weight]) => `${symbol.padEnd(24)}${percent(weight)}`);
  return (
    `${weights.join('')}${'cash'.padEnd(24)}${percent(result.cash)}` +
    `expected annual return ${figure(result.expected_annual_return)}, volatility ${figure(result.annual_volatility)}, ` +
    `Sharpe ratio ${figure(result.sharpe)}\n${left}${tradesText(result)}${estimatesText(result)}`
  );
}

function readStrategy(text: string): StrategyName {
  const name = text.toLowerCase().replaceAll('-', '_');
  const known = Object.hasOwn(OTHER_NAMES, name) ? OTHER_NAMES[name]! : name;
  if (!isStrategyName(known)) throw new InvalidArgumentError(`Known strategies are ${STRATEGY_NAMES.join(', ')}.`);
  return known;
}
