import { secret } from '@trunkline/config';
import { z } from 'zod';
import type { jwtDefinition } from '../jwt/jwt-definition';
import { isScryptHash, isSecretOrHash, parseStoredSecret } from '../secret/stored-secret';
import { scope } from './scope';

const HEADER_NAME = /^[!#$%&'*+.^_`|~\w-]+$/;
const FINGERPRINT_PATTERN = /^(?:[\da-f]{2}:?){31}[\da-f]{2}$/i;

const name = z.string().min(1).describe('Name of the caller in logs, limits and services');
const scopes = z.array(scope).default([]).describe('Scopes of the caller');
const HASH_FORMS = 'a hash (sha256:… or scrypt:…) that `trunkline hash-key` prints';
const secretOrHash = () =>
  secret().refine(isSecretOrHash, { error: `expected a secret in the clear, or ${HASH_FORMS}` });
/**
 * A key must be valid in a header. It is compared with all keys of its definition, so that a slow hash would be computed for each of them
 * on every wrong key.
 */
const keyOrHash = () =>
  secret()
    .refine((text) => isSecretOrHash(text) && !isScryptHash(text), {
      error: (issue) => describeExpectedKey(issue.input),
    })
    .regex(/^[!-~]+$/, { error: 'expected visible ASCII characters without blanks' });

function describeExpectedKey(written: unknown): string {
  const key = 'expected a key in the clear, or sha256: followed by 64 hexadecimal digits';
  return typeof written === 'string' && written.startsWith('scrypt:')
    ? `${key}: scrypt is for passwords, which can be guessed; use a random key and its hash from \`trunkline hash-key --generate\``
    : `${key} from \`trunkline hash-key --algorithm sha256\``;
}

/** Callers identified by a key in a header. */
export const apiKeyDefinition = z.strictObject({
  type: z.literal('apiKey'),
  header: z
    .string()
    .regex(HEADER_NAME, 'expected the name of a header such as X-API-Key')
    .describe('Header that carries the key'),
  callers: z
    .array(z.strictObject({ name, key: keyOrHash().describe('The key, or its hash'), scopes }))
    .min(1)
    .superRefine(rejectDuplicateCredentials('key', ({ key }) => toComparableSecret(key)))
    .describe('Callers with their keys'),
});

/** Callers identified by user name and password. */
export const basicDefinition = z.strictObject({
  type: z.literal('basic'),
  callers: z
    .array(
      z.strictObject({
        name,
        username: z
          .string()
          .min(1)
          .refine((user) => !/[:\p{Cc}]/u.test(user), {
            error: 'expected a user name without colons and control characters',
          })
          .describe('User name'),
        password: secretOrHash().describe('The password, or its hash'),
        scopes,
      }),
    )
    .min(1)
    .superRefine(
      rejectDuplicateCredentials('password', ({ username, password }) => `${username}:${toComparableSecret(password)}`),
    )
    .superRefine(limitScryptPasswords)
    .describe('Callers with their user names and passwords'),
});

/** Callers identified by a fixed bearer token. */
export const bearerDefinition = z.strictObject({
  type: z.literal('bearer'),
  callers: z
    .array(z.strictObject({ name, token: keyOrHash().describe('The token, or its hash'), scopes }))
    .min(1)
    .superRefine(rejectDuplicateCredentials('token', ({ token }) => toComparableSecret(token)))
    .describe('Callers with their tokens'),
});

/** Callers identified by their client certificate. */
export const mtlsDefinition = z
  .strictObject({
    type: z.literal('mtls'),
    callers: z
      .array(
        z
          .strictObject({
            name,
            fingerprint256: z
              .string()
              .regex(FINGERPRINT_PATTERN, 'expected 64 hexadecimal digits')
              .optional()
              .describe('SHA-256 fingerprint of the certificate'),
            subject: z
              .record(z.string().min(1), z.string().min(1))
              .refine((subject) => Object.keys(subject).length > 0, {
                error: 'expected attributes such as { CN: acme }',
              })
              .optional()
              .describe('Required attributes of the subject of the certificate'),
            scopes,
          })
          .refine(({ fingerprint256, subject }) => isDefined(fingerprint256) || isDefined(subject), {
            error: 'expected `fingerprint256` or `subject`',
          }),
      )
      .min(1)
      .superRefine(
        rejectDuplicateCredentials('fingerprint256', ({ fingerprint256 }) =>
          fingerprint256?.replaceAll(':', '').toLowerCase(),
        ),
      )
      .superRefine(
        rejectDuplicateCredentials(
          'subject',
          ({ fingerprint256, subject }) => fingerprint256 === undefined && subject && toComparableSubject(subject),
        ),
      )
      .describe('Callers with their certificates'),
  })
  .describe('A certificate signed by a CA in `bus.http.tls.ca`');

/** A definition of the `security` section, which identifies the callers of channels, with its defaults applied. */
export type SecurityDefinition = z.output<
  | typeof apiKeyDefinition
  | typeof basicDefinition
  | typeof bearerDefinition
  | typeof jwtDefinition
  | typeof mtlsDefinition
>;

/**
 * Rejects two callers with the same credentials, only one of which would ever be identified.
 *
 * @param getCredential - the credential as a text; `undefined` or `false` if there is nothing to compare
 */
function rejectDuplicateCredentials<C extends { readonly name: string }>(
  key: string & keyof C,
  getCredential: (caller: C) => string | false | undefined,
) {
  return (callers: readonly C[], context: z.RefinementCtx): void => {
    const byCredential = new Map<string, string>();
    for (const [index, caller] of callers.entries()) {
      const credential = getCredential(caller);
      if (credential === undefined || credential === false) continue;
      const other = byCredential.get(credential);
      byCredential.set(credential, caller.name);
      if (other === undefined) continue;
      const message = `expected a unique ${CREDENTIAL_NAMES[key] ?? key}, but ${other} has the same`;
      context.addIssue({ code: 'custom', path: [index, key], message });
    }
  };
}

/** Each of them costs a run of scrypt for every wrong password. */
const MAX_SCRYPT_PASSWORDS = 2;

function limitScryptPasswords(
  callers: readonly { readonly username: string; readonly password: string }[],
  context: z.RefinementCtx,
): void {
  const counts = new Map<string, number>();
  for (const [index, { username, password }] of callers.entries()) {
    if (!isScryptHash(password)) continue;
    const count = (counts.get(username) ?? 0) + 1;
    counts.set(username, count);
    if (count <= MAX_SCRYPT_PASSWORDS) continue;
    const message = `expected at most ${MAX_SCRYPT_PASSWORDS} scrypt passwords for one user name, an old one and a new one`;
    context.addIssue({ code: 'custom', path: [index, 'password'], message });
  }
}

const CREDENTIAL_NAMES: Readonly<Record<string, string>> = {
  password: 'user name and password',
  fingerprint256: 'fingerprint',
};

/** Converts a secret to a text that is equal for the secret and for its SHA-256. */
function toComparableSecret(written: string): string {
  const stored = parseStoredSecret(written);
  return 'digest' in stored ? stored.digest.toString('latin1') : written;
}

function toComparableSubject(subject: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(subject).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function isDefined(value: unknown): boolean {
  return value !== undefined;
}
