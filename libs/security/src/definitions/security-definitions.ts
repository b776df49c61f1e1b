import type { Logger } from '@trunkline/telemetry';
import type { Caller } from '../caller';
import type { FailureLimit } from '../client/failure-limit';
import type { SecurityDefinition } from './security-definition';
import { Authenticator } from '../authentication/authenticator';
import type * as Jwt from '../jwt/jwt-scheme';
import { createApiKeyScheme } from '../scheme/api-key-scheme';
import { createBasicScheme } from '../scheme/basic-scheme';
import { createBearerScheme } from '../scheme/bearer-scheme';
import { type CertifiedCaller, createMutualTlsScheme } from '../scheme/mutual-tls-scheme';
import type { AuthenticationScheme } from '../scheme/authentication-scheme';
import { CredentialStore, type CallerCredentials } from '../secret/credential-store';
import { PasswordHasher } from '../secret/password-hasher';

/** What a channel requires of its callers. */
export interface SecurityRequirements {
  /** Names of definitions, any of which is sufficient. */
  readonly security: readonly string[];
  /** Required scopes, all of them. */
  readonly scopes: readonly string[];
}

/** Options of security definitions. */
export interface SecurityOptions {
  /** Name of the bus, for challenges. */
  readonly realm: string;
  readonly logger: Logger;
  /** Limit of wrong credentials. Default: none. */
  readonly limit?: FailureLimit | undefined;
}

/** The security definitions of a bus, shared by all channels that refer to them. */
export class SecurityDefinitions {
  readonly #schemes: ReadonlyMap<string, AuthenticationScheme>;
  readonly #authenticators = new Map<string, Authenticator>();
  readonly #options: SecurityOptions;

  constructor(definitions: Readonly<Record<string, SecurityDefinition>>, options: SecurityOptions) {
    this.#options = options;
    const schemeOptions = { ...options, hasher: new PasswordHasher() };
    this.#schemes = new Map(
      Object.entries(definitions).map(([name, definition]) => [name, createScheme(name, definition, schemeOptions)]),
    );
  }

  /**
   * Returns the authenticator for these requirements, the same one for equal requirements.
   *
   * @throws {TypeError} when a definition does not exist
   */
  getAuthenticator(requirements: SecurityRequirements): Authenticator {
    const key = JSON.stringify([requirements.security, requirements.scopes]);
    const authenticator = this.#authenticators.get(key) ?? this.#createAuthenticator(requirements);
    this.#authenticators.set(key, authenticator);
    return authenticator;
  }

  #createAuthenticator({ security, scopes }: SecurityRequirements): Authenticator {
    const schemes = security.map((name) => {
      const scheme = this.#schemes.get(name);
      if (!scheme) throw new TypeError(`there is no security definition ${name} for channels`);
      return scheme;
    });
    const { realm, limit } = this.#options;
    return new Authenticator({ schemes, scopes, realm, limit });
  }
}

interface SchemeOptions extends SecurityOptions {
  readonly hasher: PasswordHasher;
}

function createScheme(
  name: string,
  definition: SecurityDefinition,
  { hasher, limit, logger }: SchemeOptions,
): AuthenticationScheme {
  if (definition.type === 'jwt') return loadJwtScheme(name, definition, logger);
  if (definition.type === 'mtls')
    return createMutualTlsScheme(definition.callers.map((caller) => toCertifiedCaller(name, caller)));
  const callers = new CredentialStore(toCallerCredentials(name, definition), hasher);
  if (definition.type === 'apiKey') return createApiKeyScheme(definition.header, callers);
  return definition.type === 'basic' ? createBasicScheme(callers, limit) : createBearerScheme(callers);
}

/** jose is loaded by the first definition that needs it. */
function loadJwtScheme(...args: Parameters<typeof Jwt.createJwtScheme>): AuthenticationScheme {
  // oxlint-disable-next-line typescript/no-require-imports -- see above
  const jwt: typeof Jwt = require('../jwt/jwt-scheme');
  return jwt.createJwtScheme(...args);
}

type OfType<T extends SecurityDefinition['type']> = Extract<SecurityDefinition, { readonly type: T }>;

function toCallerCredentials(
  definition: string,
  of: OfType<'apiKey' | 'basic' | 'bearer'>,
): readonly CallerCredentials[] {
  const caller = ({ name, scopes }: Omit<Caller, 'definition'>): Caller => ({ name, scopes, definition });
  if (of.type === 'apiKey') return of.callers.map((each) => ({ caller: caller(each), secret: each.key }));
  if (of.type === 'bearer') return of.callers.map((each) => ({ caller: caller(each), secret: each.token }));
  return of.callers.map((each) => ({ caller: caller(each), username: each.username, secret: each.password }));
}

function toCertifiedCaller(definition: string, of: OfType<'mtls'>['callers'][number]): CertifiedCaller {
  const { name, scopes, fingerprint256, subject } = of;
  return { caller: { name, scopes, definition }, fingerprint256, subject };
}
