import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@freshet/testing';
import { catalogue, envExample } from './index.ts';

describe('.env.example', () => {
  it('is what the catalogue says (npm run env:example writes it)', () => {
    expect(readFileSync(join(repositoryRoot, '.env.example'), 'utf8')).toBe(envExample());
  });

  it('has defaults that their own variables accept', () => {
    const refused = catalogue().filter(
      (variable) => variable.default !== undefined && !variable.schema.safeParse(variable.default).success,
    );
    expect(refused.map((variable) => variable.name)).toEqual([]);
  });

  it('names no variable twice', () => {
    const names = catalogue().map((variable) => variable.name);
    expect(new Set(names).size).toBe(names.length);
  });
});
