import { writeFileSync } from 'node:fs';
import { envExample } from '@freshet/runtime';

/** Writes `.env.example` from the catalogue of variables. */
writeFileSync(new URL('../.env.example', import.meta.url), envExample());
