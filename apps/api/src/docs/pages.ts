import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Express } from 'express';
import { PROBLEM_CODES, PROBLEMS } from '@freshet/contracts';
import { sendAnswer } from '../http/answer.ts';
import { markOf } from '../http/mark.ts';
import { escaped } from '../pages/plain-page.ts';

const INITIALIZER = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#docs', deepLinking: true, tryItOutEnabled: false });`;
/** Swagger UI sets inline styles; everything else is served from this origin. */
const CSP =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/** Mounts `/openapi.json`, the browsable page `/docs` (served without any other host), and the page of problem codes. */
export function mountDocs(app: Express): void {
  let described: ReturnType<typeof describe> | undefined;
  app.get('/openapi.json', async (request, response) => {
    described ??= describe();
    sendAnswer(request, response, await described, markOf(request).requestId);
  });

  const assets = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Freshet API</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/docs/swagger-ui.css"></head>
<body><div id="docs"></div><script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body></html>`;
  app.get('/docs', (_request, response) => {
    response.set('content-security-policy', CSP).type('html').send(page);
  });
  app.get('/docs/start.js', (_request, response) => {
    response.type('text/javascript').send(INITIALIZER);
  });
  for (const [name, type] of [
    ['swagger-ui.css', 'text/css'],
    ['swagger-ui-bundle.js', 'text/javascript'],
  ] as const) {
    app.get(`/docs/${name}`, (request, response) => {
      sendAnswer(request, response, { raw: readFileSync(join(assets, name)), type }, markOf(request).requestId);
    });
  }
  app.get('/problems', (_request, response) => {
    response.set('content-security-policy', CSP).type('html').send(problemsPage());
  });
}

/** Made at the first request: it takes a tenth of the start-up time of an api. */
async function describe(): Promise<{ raw: string; etag: string }> {
  const { openApiDocument } = await import('./openapi.ts');
  const raw = JSON.stringify(openApiDocument());
  return { raw, etag: `"${hash('sha1', raw, 'base64url')}"` };
}

function problemsPage(): string {
  const rows = PROBLEM_CODES.map((code) => {
    const [status, title, todo] = PROBLEMS[code];
    return `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${escaped(title)}</td><td>${escaped(todo)}</td></tr>`;
  });
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Freshet: problems</title></head><body>
<h1>Problems</h1><table><thead><tr><th>Code</th><th>Status</th><th>What</th><th>What to do</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></body></html>`;
}
