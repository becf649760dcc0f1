import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@freshet/testing';

/** The text of a file, by its path from the root of the repository. */
export function textOf(path: string): string {
  return readFileSync(join(repositoryRoot, path), 'utf8');
}

/** Every page that people read, by its path from the root of the repository. */
export const PAGES: readonly string[] = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(repositoryRoot, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** Rows of the tables of a page, as their cells; header rows and rulers included. */
export function tableRows(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .replace(/^\||\|$/g, '')
        .split('|')
        .map((cell) => cell.trim()),
    );
}

/** What stands between two HTML comments of a page. @throws Error when they aren't there */
export function marked(text: string, name: string): string {
  const found = new RegExp(`<!-- ${name}:begin -->([\\s\\S]*)<!-- ${name}:end -->`).exec(text)?.[1];
  if (found === undefined) throw new Error(`no part ${name} is marked`);
  return found;
}

/** Names in backticks and code blocks: what a reader would type or open. */
export function codeIn(text: string): string[] {
  const blocks = [...text.matchAll(/```[a-z]*\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');
  const spans = [...text.replace(/```[\s\S]*?```/g, '').matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? '');
  return [...blocks, ...spans];
}
