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

/** What a channel asks of its callers. */
export interface SecurityRequirements {
  /** Names of definitions: any of them will do. */
  readonly security: readonly string[];
  /** All of them are needed. */
  readonly scopes: readonly string[];
}

/** What security definitions need of the bus. */
export interface SecurityOptions {
  /** Name of the bus, for challenges. */
  readonly realm: string;
  readonly logger: Logger;
  /** Of wrong credentials. Default: none. */
  readonly limit?: FailureLimit | undefined;
}

/** The security definitions of a bus, made once for all channels that name them. */
export class SecurityDefinitions {
  readonly #schemes: ReadonlyMap<string, AuthenticationScheme>;
  readonly #authenticators = new Map<string, Authenticator>();
  readonly #options: SecurityOptions;

  constructor(definitions: Readonly<Record<string, SecurityDefinition>>, parts: SecurityOptions) {
    this.#options = parts;
    const make = { ...parts, hasher: new PasswordHasher() };
    this.#schemes = new Map(
      Object.entries(definitions).map(([name, definition]) => [name, createScheme(name, definition, make)]),
    );
  }

  /**
   * The same gate for all channels that ask for the same.
   *
   * @throws {TypeError} when there is no definition of a name
   */
  getAuthenticator(options: SecurityRequirements): Authenticator {
    const key = JSON.stringify([options.security, options.scopes]);
    const gate = this.#authenticators.get(key) ?? this.#createAuthenticator(options);
    this.#authenticators.set(key, gate);
    return gate;
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
  const book = new CredentialStore(toCallerCredentials(name, definition), hasher);
  if (definition.type === 'apiKey') return createApiKeyScheme(definition.header, book);
  return definition.type === 'basic' ? createBasicScheme(book, limit) : createBearerScheme(book);
}

/** jose is loaded by the first definition that wants tokens. */
function loadJwtScheme(...given: Parameters<typeof Jwt.createJwtScheme>): AuthenticationScheme {
  // oxlint-disable-next-line typescript/no-require-imports -- see above
  const jwt: typeof Jwt = require('../jwt/jwt-scheme');
  return jwt.createJwtScheme(...given);
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
