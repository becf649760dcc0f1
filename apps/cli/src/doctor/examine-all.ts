import type { Check, Patient } from './check.ts';

/** What became of one check. */
export interface Examined {
  check: string;
  state: 'ok' | 'fixed' | 'trouble' | 'unseen';
  detail: string;
  todo: string | null;
}

/** Looks at everything, one after the other, and mends what can be mended when `fix` says so. */
export async function examineAll(
  checks: readonly Check[],
  patient: Patient,
  { fix, onExamined }: { fix: boolean; onExamined(examined: Examined): void },
): Promise<Examined[]> {
  const all: Examined[] = [];
  for (const check of checks) {
    const examined = await examineOne(check, patient, fix);
    onExamined(examined);
    all.push(examined);
  }
  return all;
}

async function examineOne(check: Check, patient: Patient, fix: boolean): Promise<Examined> {
  const { title } = check;
  try {
    const { state, detail, todo = null, fix: mend } = await check.look(patient);
    if (state !== 'trouble' || !fix || !mend) {
      const fixable = state === 'trouble' && mend ? ' freshet doctor --fix mends it.' : '';
      return { check: title, state, detail, todo: todo === null ? null : `${todo}${fixable}` };
    }
    return { check: title, state: 'fixed', detail: `${detail}: ${await mend()}`, todo };
  } catch (error) {
    const { message } = error as Error;
    return { check: title, state: 'trouble', detail: `it could not be looked at: ${message}`, todo: null };
  }
}
