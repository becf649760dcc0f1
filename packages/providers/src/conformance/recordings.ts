import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HttpAnswer } from '../provider.ts';

/** One recorded answer, by its file's name. */
export interface Recording {
  file: string;
  answer: HttpAnswer;
}

interface RecordedFile {
  request: { url?: string | null };
  status: number;
  headers?: Record<string, string | string[]> | null;
  body: unknown;
  recorded?: string | null;
}

/** The files that INDEX.json lists, as `folder/name.json`. */
export function recordingsListed(dir: string): string[] {
  const index = JSON.parse(readFileSync(join(dir, 'INDEX.json'), 'utf8')) as { file: string }[];
  return index.map((entry) => entry.file);
}

/** The recordings of one provider's folder, in the order of their names. */
export function recordingsOf(dir: string, folder: string): Recording[] {
  const files = existsSync(join(dir, folder))
    ? readdirSync(join(dir, folder)).filter((file) => file.endsWith('.json'))
    : [];
  return files.sort().map((file) => {
    const recorded = JSON.parse(readFileSync(join(dir, folder, file), 'utf8')) as RecordedFile;
    const headers = recorded.headers ?? {};
    const date = new Date(String(headers.date ?? recorded.recorded ?? ''));
    const body = typeof recorded.body === 'string' ? recorded.body : JSON.stringify(recorded.body);
    const receivedAt = Number.isNaN(date.getTime()) ? new Date('2026-01-01T00:00:00Z') : date;
    return { file, answer: { status: recorded.status, headers, body, url: recorded.request.url ?? '', receivedAt } };
  });
}
