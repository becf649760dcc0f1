import type { Response } from 'express';

/** Sends a simple page: a heading and one line of text. */
export function plainPage(response: Response, status: number, title: string, text: string): void {
  response
    .status(status)
    .set('cache-control', 'no-store')
    .type('html')
    .send(`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(title)} – Freshet</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>${escaped(title)}</h1><p>${escaped(text)}</p><p><a href="/">Dashboard</a> · <a href="/docs">API</a></p></main></body></html>`);
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
