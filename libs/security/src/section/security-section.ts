import { defineSection } from '@trunkline/config';
import { z } from 'zod';
import { apiKeyCredential, basicCredential, bearerCredential, type Credential } from '../credentials/credential';
import { oauth2Credential } from '../credentials/oauth2-credential';
import {
  apiKeyDefinition,
  basicDefinition,
  bearerDefinition,
  mtlsDefinition,
  type SecurityDefinition,
} from '../definitions/security-definition';
import { jwtDefinition } from '../jwt/jwt-definition';

// Of two rules for `header` the last one applies: that of the credential is stricter.
const apiKeyEntry = z
  .strictObject({ ...apiKeyDefinition.shape, ...apiKeyCredential.shape })
  .partial({ key: true, callers: true })
  .refine(({ callers, key }) => isOneOf(callers, [key]), { error: describeChoice('`key`') })
  .describe('A key in a header');

const basicEntry = z
  .strictObject({ ...basicDefinition.shape, ...basicCredential.shape })
  .partial({ username: true, password: true, callers: true })
  .refine(({ callers, username, password }) => isOneOf(callers, [username, password]), {
    error: describeChoice('`username` and `password`'),
  })
  .describe('User name and password (RFC 7617)');

const bearerEntry = z
  .strictObject({ ...bearerDefinition.shape, ...bearerCredential.shape })
  .partial({ token: true, callers: true })
  .refine(({ callers, token }) => isOneOf(callers, [token]), { error: describeChoice('`token`') })
  .describe('A fixed token (RFC 6750)');

const entrySchema = z.discriminatedUnion('type', [
  apiKeyEntry,
  basicEntry,
  bearerEntry,
  jwtDefinition,
  mtlsDefinition,
  oauth2Credential,
]);

type Entry = z.output<typeof entrySchema>;

const entryNameSchema = z
  .string()
  .min(1)
  .refine((name) => name !== 'none', { error: 'expected another name: `none` makes a channel public' });

/** The `security` section: the definitions that channels refer to, and the credentials that outgoing connections refer to. */
export const securitySection = defineSection({
  key: 'security',
  schema: z
    .record(entryNameSchema, entrySchema)
    .describe('Security definitions by name: for channels, with callers, or for connections, with one credential')
    .transform((entries) => ({
      definitions: filterEntries(entries, isDefinition),
      credentials: filterEntries(entries, isCredential),
    })),
});

/** Whether an entry has either callers or one complete credential. With both, a client could use the credential of the bus for its channels. */
function isOneOf(callers: unknown, credentialParts: readonly unknown[]): boolean {
  const parts = credentialParts.filter((part) => part !== undefined).length;
  return callers === undefined ? parts === credentialParts.length : parts === 0;
}

function describeChoice(credentialKeys: string): string {
  return `expected \`callers\`, for channels, or ${credentialKeys}, for connections`;
}

function filterEntries<T extends Entry>(
  entries: Readonly<Record<string, Entry>>,
  matches: (entry: Entry) => entry is T,
): Record<string, T> {
  const matching = Object.entries(entries).flatMap(([name, entry]): [string, T][] =>
    matches(entry) ? [[name, entry]] : [],
  );
  return Object.fromEntries(matching);
}

function isDefinition(entry: Entry): entry is SecurityDefinition {
  if (entry.type === 'oauth2') return false;
  return entry.type === 'jwt' || entry.callers !== undefined;
}

function isCredential(entry: Entry): entry is Credential {
  return !isDefinition(entry);
}
