import type { Fault } from './fault.ts';

/** What a proxy or a captcha in front of the provider says. */
export const html: Fault = {
  name: 'html',
  does: 'Answers with a web page instead of data (status, default 200).',
  settings: { status: 200 },
  instead: ({ settings }) => ({
    status: settings.status ?? 200,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: '<!DOCTYPE html>\n<html lang="en"><head><title>Just a moment...</title></head><body><p>Checking your browser before you go on.</p></body></html>\n',
  }),
};
