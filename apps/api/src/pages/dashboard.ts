import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type Express } from 'express';
import { sessionToken } from '../access/cookie.ts';
import { plainPage } from './plain-page.ts';

/** Scripts, styles and connections of this origin only. */
const CSP =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; object-src 'none'; " +
  "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const YEAR_S = 31_536_000;

/** Serves the built dashboard at `/`. Its pages are in the fragment (`#`), so any other address that is not a file is 404. */
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
        // The names of built assets contain a hash of their content.
        const lasting = path.includes('/assets/');
        response.setHeader('cache-control', lasting ? `public, max-age=${YEAR_S}, immutable` : 'no-cache');
      },
    }),
  );
}
