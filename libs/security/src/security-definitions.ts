import type { Logger } from '@trunkline/telemetry';
import type { Caller } from './caller';
import type { FailureLimit } from './client/failure-limit';
import type { Definition } from './definition';
import { Gate } from './gate';
import type * as Jwt from './jwt/jwt';
import { apiKeyScheme } from './scheme/api-key';
import { basicScheme } from './scheme/basic';
import { bearerScheme } from './scheme/bearer';
import { type CertifiedCaller, mutualTlsScheme } from './scheme/mutual-tls';
import type { Scheme } from './scheme/scheme';
import { CallerBook, type KnownCaller } from './secret/caller-book';
import { Derivations } from './secret/derivations';

/** What a channel asks of its callers. */
export interface GateOptions {
  /** Names of definitions: any of them will do. */
  readonly security: readonly string[];
  /** All of them are needed. */
  readonly scopes: readonly string[];
}

/** What security definitions need of the bus. */
export interface SecurityParts {
  /** Name of the bus, for challenges. */
  readonly realm: string;
  readonly logger: Logger;
  /** Of wrong credentials. Default: none. */
  readonly limit?: FailureLimit | undefined;
}

/** The security definitions of a bus, made once for all channels that name them. */
export class SecurityDefinitions {
  readonly #schemes: ReadonlyMap<string, Scheme>;
  readonly #gates = new Map<string, Gate>();
  readonly #parts: SecurityParts;

  constructor(definitions: Readonly<Record<string, Definition>>, parts: SecurityParts) {
    this.#parts = parts;
    const make = { ...parts, runs: new Derivations() };
    this.#schemes = new Map(
      Object.entries(definitions).map(([name, definition]) => [name, schemeOf(name, definition, make)]),
    );
  }

  /**
   * The same gate for all channels that ask for the same.
   *
   * @throws {TypeError} when there is no definition of a name
   */
  gate(options: GateOptions): Gate {
    const key = JSON.stringify([options.security, options.scopes]);
    const gate = this.#gates.get(key) ?? this.#newGate(options);
    this.#gates.set(key, gate);
    return gate;
  }

  #newGate({ security, scopes }: GateOptions): Gate {
    const schemes = security.map((name) => {
      const scheme = this.#schemes.get(name);
      if (!scheme) throw new TypeError(`there is no security definition ${name} for channels`);
      return scheme;
    });
    const { realm, limit } = this.#parts;
    return new Gate({ schemes, scopes, realm, limit });
  }
}

interface SchemeParts extends SecurityParts {
  readonly runs: Derivations;
}

function schemeOf(name: string, definition: Definition, { runs, limit, logger }: SchemeParts): Scheme {
  if (definition.type === 'jwt') return jwtScheme(name, definition, logger);
  if (definition.type === 'mtls') return mutualTlsScheme(definition.callers.map((caller) => certified(name, caller)));
  const book = new CallerBook(knownCallers(name, definition), runs);
  if (definition.type === 'apiKey') return apiKeyScheme(definition.header, book);
  return definition.type === 'basic' ? basicScheme(book, limit) : bearerScheme(book);
}

/** jose is loaded by the first definition that wants tokens. */
function jwtScheme(...given: Parameters<typeof Jwt.jwtScheme>): Scheme {
  // oxlint-disable-next-line typescript/no-require-imports -- see above
  const jwt: typeof Jwt = require('./jwt/jwt');
  return jwt.jwtScheme(...given);
}

type OfType<T extends Definition['type']> = Extract<Definition, { readonly type: T }>;

function knownCallers(definition: string, of: OfType<'apiKey' | 'basic' | 'bearer'>): readonly KnownCaller[] {
  const caller = ({ name, scopes }: Omit<Caller, 'definition'>): Caller => ({ name, scopes, definition });
  if (of.type === 'apiKey') return of.callers.map((each) => ({ caller: caller(each), secret: each.key }));
  if (of.type === 'bearer') return of.callers.map((each) => ({ caller: caller(each), secret: each.token }));
  return of.callers.map((each) => ({ caller: caller(each), username: each.username, secret: each.password }));
}

function certified(definition: string, of: OfType<'mtls'>['callers'][number]): CertifiedCaller {
  const { name, scopes, fingerprint256, subject } = of;
  return { caller: { name, scopes, definition }, fingerprint256, subject };
}
