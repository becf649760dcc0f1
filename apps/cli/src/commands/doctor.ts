import type { Command } from 'commander';
import { type ApiOptions, withApiOptions } from '../client/api-options.ts';
import { CommandFailed } from '../client/failure.ts';
import type { Examined } from '../doctor/examine-all.ts';

interface DoctorOptions extends ApiOptions {
  fix?: true;
}

const MARKS: Record<Examined['state'], string> = { ok: '✓', fixed: '✓', trouble: '✗', unseen: '?' };

/** Adds `freshet doctor [--fix]`: finds what is out of order, and mends what can be mended. */
export function addDoctorCommand(program: Command): void {
  const command = program
    .command('doctor')
    .description('find what is out of order; --fix mends what can be mended')
    .option('--fix', 'mend it')
    .addHelpText(
      'after',
      '\nLooks at DATABASE_URL and REDIS_URL, else at what runs on the data directory. Exit code 1: trouble remains.',
    );
  withApiOptions(command).action(async (options: DoctorOptions) => {
    const print = command.configureOutput().writeOut ?? ((text: string) => process.stdout.write(text));
    const [{ examineAll }, { CHECKS }, { openPatient }] = await Promise.all([
      import('../doctor/examine-all.ts'),
      import('../doctor/checks.ts'),
      import('../doctor/open-patient.ts'),
    ]);
    const { patient, close } = await openPatient(options);
    let said: string | null = null;
    try {
      const findings = await examineAll(CHECKS, patient, {
        fix: options.fix ?? false,
        onExamined: (examined) => {
          if (!options.json) print(line(examined, said));
          said = examined.todo;
        },
      });
      const troubles = findings.filter(({ state }) => state === 'trouble').length;
      if (options.json) print(`${JSON.stringify({ healthy: troubles === 0, findings })}\n`);
      if (troubles > 0)
        throw new CommandFailed(`${troubles} of ${findings.length} checks found trouble.`, { code: 'trouble' });
    } finally {
      await close();
    }
  });
}

/** What is to be done is said once where several checks after each other want the same. */
function line({ check, state, detail, todo }: Examined, said: string | null): string {
  const what = `  ${MARKS[state]} ${check.padEnd(40)} ${state === 'fixed' ? `mended: ${detail}` : detail}\n`;
  return todo && todo !== said && state !== 'fixed' ? `${what}      ${todo}\n` : what;
}
