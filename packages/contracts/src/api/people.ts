import { z } from 'zod';
import { ROLES } from '../vocabulary.ts';
import { operationsOf, pageOf, paging, when } from './operation.ts';

const tag = 'People and keys';
const SHOWN_ONCE = 'Shown once: null when the request is repeated with the same Idempotency-Key';
const text = z.string().trim().min(1).max(100);

const keyOwner = z
  .string()
  .max(100)
  .optional()
  .describe('A user id, or `me`: only the keys of this user. All but admins see only their own');

export const UserView = z
  .strictObject({ user_id: z.string(), name: z.string(), created_at: when })
  .meta({ id: 'User' });
export type UserView = z.infer<typeof UserView>;

export const Me = z
  .strictObject({
    user_id: z.string(),
    name: z.string(),
    role: z.enum(ROLES),
    key: z.strictObject({ key_id: z.string(), name: z.string(), prefix: z.string(), expires_at: when.nullable() }),
    limits: z
      .array(z.strictObject({ name: z.string(), limit: z.int(), window_s: z.number() }))
      .describe('How many refreshes the key may start in each window; empty: without a limit'),
  })
  .meta({ id: 'Me' });
export type Me = z.infer<typeof Me>;

export const KeyView = z
  .strictObject({
    key_id: z.string(),
    user_id: z.string(),
    role: z.enum(ROLES),
    name: z.string(),
    prefix: z.string().describe('The first characters of the secret, to tell keys apart'),
    created_at: when,
    expires_at: when.nullable(),
    revoked_at: when.nullable(),
    last_used_at: when.nullable(),
  })
  .meta({ id: 'Key' });
export type KeyView = z.infer<typeof KeyView>;

export const SessionView = z
  .strictObject({ user_id: z.string(), name: z.string(), role: z.enum(ROLES), expires_at: when.nullable() })
  .meta({ id: 'Session' });

export const peopleOperations = operationsOf({
  'GET /api/v1/me': { tag, summary: 'The user, role and limits of the key that asks', answers: { 200: Me } },
  'GET /api/v1/users': { tag, summary: 'Users', query: z.strictObject(paging), answers: { 200: pageOf(UserView) } },
  'POST /api/v1/users': {
    problems: ['conflict'],
    tag,
    summary: 'Add a user',
    body: z.strictObject({ name: text }),
    answers: { 201: UserView },
    creates: true,
  },
  'GET /api/v1/users/{user_id}': {
    tag,
    summary: 'One user',
    path: z.strictObject({ user_id: z.string().describe('A user id, or `me`') }),
    answers: { 200: UserView },
  },
  'GET /api/v1/keys': {
    tag,
    summary: 'Keys, without their secrets; all but admins see only their own',
    query: z.strictObject({ ...paging, user_id: keyOwner }),
    answers: { 200: pageOf(KeyView) },
  },
  'POST /api/v1/keys': {
    problems: ['not_found'],
    tag,
    summary: 'Add a key; its secret is shown once',
    body: z.strictObject({
      name: text,
      user_id: z
        .string()
        .max(100)
        .optional()
        .describe('The user that the key is for; default: the user of the key that asks'),
      role: z.enum(ROLES).optional().describe('Default: the role of the key that asks'),
      expires_in_s: z
        .int()
        .min(60)
        .max(10 * 365 * 86_400)
        .optional()
        .describe('After how many seconds the key expires; default: never'),
    }),
    answers: {
      201: z.strictObject({
        ...KeyView.shape,
        secret: z.string().nullable().describe(SHOWN_ONCE),
      }),
    },
    creates: true,
  },
  'DELETE /api/v1/keys/{key_id}': {
    tag,
    summary: 'Revoke a key: requests with it are refused, and its open streams end, within 5 s',
    path: z.strictObject({ key_id: z.string().describe('A key id (`key_…`), not its secret') }),
    answers: { 204: null },
  },
  'POST /api/v1/session': {
    problems: ['unauthenticated', 'too_many_failures'],
    headers: ['Set-Cookie'],
    tag,
    summary: 'Sign a browser in: sets an HttpOnly session cookie',
    body: z.strictObject({ key: z.string().min(1).max(200).describe('The secret of an API key') }),
    answers: { 200: SessionView },
    open: true,
  },
  'GET /api/v1/session': {
    tag,
    summary: 'The user and role of the session or key that asks',
    answers: { 200: SessionView },
  },
  'DELETE /api/v1/session': { headers: ['Set-Cookie'], tag, summary: 'Sign out', answers: { 204: null } },
  'POST /api/v1/session/links': {
    tag,
    summary: 'Make a link that signs a browser in, once, within 15 minutes',
    answers: {
      201: z.strictObject({
        path: z.string().nullable().describe(SHOWN_ONCE),
        url: z.string().nullable().describe(SHOWN_ONCE),
        expires_in_s: z.int(),
      }),
    },
    creates: true,
  },
});
