import { z } from 'zod';
import { ROLES } from '../vocabulary.ts';
import { operationsOf, pageOf, paging, when } from './operation.ts';

const tag = 'People and keys';
const SHOWN_ONCE = 'Shown once: null when the same request is sent again';
const text = z.string().trim().min(1).max(100);

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
    limits: z.array(z.strictObject({ name: z.string(), limit: z.int(), window_s: z.number() })),
  })
  .meta({ id: 'Me' });
export type Me = z.infer<typeof Me>;

export const KeyView = z
  .strictObject({
    key_id: z.string(),
    user_id: z.string(),
    role: z.enum(ROLES),
    name: z.string(),
    prefix: z.string().describe('What may be seen of it'),
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
  'GET /api/v1/me': { tag, summary: 'Who one is, and what one may create', answers: { 200: Me } },
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
    path: z.strictObject({ user_id: z.string().describe('or `me`') }),
    answers: { 200: UserView },
  },
  'GET /api/v1/keys': {
    tag,
    summary: 'Keys, never their secrets; a user sees the own ones',
    query: z.strictObject({ ...paging, user_id: z.string().max(100).optional() }),
    answers: { 200: pageOf(KeyView) },
  },
  'POST /api/v1/keys': {
    problems: ['not_found'],
    tag,
    summary: 'A new key; its secret is shown once',
    body: z.strictObject({
      name: text,
      user_id: z.string().max(100).optional().describe('Default: oneself'),
      role: z.enum(ROLES).optional().describe("Default: the caller's own"),
      expires_in_s: z
        .int()
        .min(60)
        .max(10 * 365 * 86_400)
        .optional(),
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
    summary: 'Revoke a key: it opens nothing from now on, and its streams end within 5 s',
    path: z.strictObject({ key_id: z.string() }),
    answers: { 204: null },
  },
  'POST /api/v1/session': {
    problems: ['unauthenticated', 'too_many_failures'],
    headers: ['Set-Cookie'],
    tag,
    summary: 'Sign a browser in: sets an HttpOnly cookie',
    body: z.strictObject({ key: z.string().min(1).max(200) }),
    answers: { 200: SessionView },
    open: true,
  },
  'GET /api/v1/session': { tag, summary: 'Who is signed in', answers: { 200: SessionView } },
  'DELETE /api/v1/session': { headers: ['Set-Cookie'], tag, summary: 'Sign out', answers: { 204: null } },
  'POST /api/v1/session/links': {
    tag,
    summary: 'A link that signs a browser in once, within 15 minutes',
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
