import { defineSection } from '@trunkline/config';
import { type Credential, credential } from '@trunkline/outgoing';
import { type SecurityDefinition, securityDefinition } from '@trunkline/security';
import { z } from 'zod';

const [ownKey, ownPassword, ownToken, oauth2] = credential.options;
const [apiKey, basic, bearer, jwt, mtls] = securityDefinition.options;

/** One or the other: whoever has both would open channels to the bus's own credential. */
function createExclusiveRule(...credentialKeys: readonly string[]) {
  const [first = ''] = credentialKeys;
  const error = `expected \`callers\`, for channels, or \`${credentialKeys.join('` and `')}\`, for connections`;
  return {
    error,
    is: (entry: Readonly<Record<string, unknown>>) =>
      credentialKeys.every((key) => (entry[key] === undefined) === (entry[first] === undefined)) &&
      (entry['callers'] === undefined) !== (entry[first] === undefined),
  };
}

const exclusiveKey = createExclusiveRule('key');
const exclusivePassword = createExclusiveRule('username', 'password');
const exclusiveToken = createExclusiveRule('token');

// Of a key that both have, a header, credentials are the stricter ones.
const entrySchema = z.discriminatedUnion('type', [
  z
    .strictObject({ ...apiKey.shape, ...ownKey.shape })
    .partial({ key: true, callers: true })
    .refine(exclusiveKey.is, { error: exclusiveKey.error })
    .describe('A key in a header'),
  z
    .strictObject({ ...basic.shape, ...ownPassword.shape })
    .partial({ username: true, password: true, callers: true })
    .refine(exclusivePassword.is, { error: exclusivePassword.error })
    .describe('User name and password (RFC 7617)'),
  z
    .strictObject({ ...bearer.shape, ...ownToken.shape })
    .partial({ token: true, callers: true })
    .refine(exclusiveToken.is, { error: exclusiveToken.error })
    .describe('A token that does not change (RFC 6750)'),
  jwt,
  mtls,
  oauth2,
]);

type Entry = z.output<typeof entrySchema>;

const entryNameSchema = z
  .string()
  .min(1)
  .refine((name) => name !== 'none', { error: 'expected another name: `none` opens a channel' });

/** The section `security:` of the configuration: whom channels know, and as whom other systems know the bus. */
export const securitySection = defineSection({
  key: 'security',
  schema: z
    .record(entryNameSchema, entrySchema)
    .describe('Security definitions by name: for channels, with callers, or for connections, with one credential')
    .transform((entries) => ({
      definitions: mapDefined(entries, parseDefinition),
      credentials: mapDefined(entries, parseCredential),
    })),
});

/** The definitions that a choice of security names; none for `none`. */
export function toDefinitionNames(choice: string | readonly string[]): readonly string[] {
  if (typeof choice !== 'string') return choice;
  return choice === 'none' ? [] : [choice];
}

function mapDefined<T>(
  entries: Readonly<Record<string, Entry>>,
  pick: (of: Entry) => T | undefined,
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(entries).flatMap(([name, each]) => {
      const picked = pick(each);
      return picked === undefined ? [] : [[name, picked]];
    }),
  );
}

/** Its own schema says whether it is one; a jwt is no credential in any case, and has its duration as a number already. */
function parseDefinition(of: Entry): SecurityDefinition | undefined {
  return of.type === 'jwt' ? of : securityDefinition.safeParse(of).data;
}

function parseCredential(of: Entry): Credential | undefined {
  return credential.safeParse(of).data;
}
