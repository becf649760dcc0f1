import type { Fault } from './fault.ts';

/** An unannounced release: the same JSON with every key in upper case. */
export const schemaChange: Fault = {
  name: 'schema-change',
  does: 'Renames every field of the JSON body.',
  answer: (answer) => ({ ...answer, body: answer.body.replace(/"([A-Za-z][\w .]*)"(?=\s*:)/g, '"new_$1"') }),
};
