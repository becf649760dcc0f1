import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type Express } from 'express';
import { sessionToken } from '../access/cookie.ts';
import { plainPage } from './plain-page.ts';

/** The dashboard's own scripts, styles and connections; nothing from elsewhere. */
const CSP =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; object-src 'none'; " +
  "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const YEAR_S = 31_536_000;

/** The dashboard's built files at `/`. Its pages are behind the `#`, so an address that is no file is unknown. */
export function mountDashboard(app: Express, directory: string | null): void {
  if (directory === null || !existsSync(join(directory, 'index.html'))) {
    app.get('/', (request, response) => {
      const signedIn = sessionToken(request.headers.cookie) !== null;
      const how = signedIn
        ? 'You are signed in, but the dashboard has not been built: npm run build in apps/dashboard.'
        : 'The dashboard has not been built. The API works all the same: send Authorization: Bearer <key>.';
      plainPage(response, 200, 'Freshet', how);
    });
    return;
  }
  app.use(
    express.static(directory, {
      index: 'index.html',
      redirect: false,
      setHeaders(response, path) {
        response.setHeader('content-security-policy', CSP);
        // Names of built assets carry their hash.
        const lasting = path.includes('/assets/');
        response.setHeader('cache-control', lasting ? `public, max-age=${YEAR_S}, immutable` : 'no-cache');
      },
    }),
  );
}
