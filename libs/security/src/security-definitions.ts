import type { Definition } from './definition';
import { Gate } from './gate';
import { jwtScheme } from './jwt/jwt';
import { apiKeyScheme } from './scheme/api-key';
import { basicScheme } from './scheme/basic';
import { bearerScheme } from './scheme/bearer';
import { mutualTlsScheme } from './scheme/mutual-tls';
import type { Scheme } from './scheme/scheme';
import { CallerBook } from './secret/caller-book';
import { Derivations } from './secret/derivations';

/** What a channel asks of its callers. */
export interface GateOptions {
  /** Names of definitions: any of them will do. */
  readonly security: readonly string[];
  /** All of them are needed. */
  readonly scopes: readonly string[];
}

/** The security definitions of a bus, made once for all channels that name them. */
export class SecurityDefinitions {
  readonly #schemes: ReadonlyMap<string, Scheme>;

  /** @param realm - name of the bus, for challenges */
  constructor(
    definitions: Readonly<Record<string, Definition>>,
    private readonly realm: string,
  ) {
    const runs = new Derivations();
    this.#schemes = new Map(
      Object.entries(definitions).map(([name, definition]) => [name, schemeOf(name, definition, runs)]),
    );
  }

  /** @throws {TypeError} when there is no definition of a name */
  gate({ security, scopes }: GateOptions): Gate {
    const schemes = security.map((name) => {
      const scheme = this.#schemes.get(name);
      if (!scheme) throw new TypeError(`there is no security definition ${name} for channels`);
      return scheme;
    });
    return new Gate({ schemes, scopes, realm: this.realm });
  }
}

function schemeOf(name: string, definition: Definition, runs: Derivations): Scheme {
  const book = (callers: readonly Shown[]) =>
    new CallerBook(
      callers.map(({ caller, ...shown }) => ({ ...shown, caller: { ...caller, definition: name } })),
      runs,
    );
  switch (definition.type) {
    case 'apiKey':
      return apiKeyScheme(
        definition.header,
        book(definition.callers.map(({ key, ...caller }) => ({ caller, secret: key }))),
      );
    case 'bearer':
      return bearerScheme(book(definition.callers.map(({ token, ...caller }) => ({ caller, secret: token }))));
    case 'basic':
      return basicScheme(
        book(definition.callers.map(({ username, password, ...caller }) => ({ caller, username, secret: password }))),
      );
    case 'mtls':
      return mutualTlsScheme(
        definition.callers.map(({ fingerprint256, subject, ...caller }) => ({
          caller: { ...caller, definition: name },
          fingerprint256,
          subject,
        })),
      );
    case 'jwt':
      return jwtScheme(name, definition);
  }
}

interface Shown {
  readonly caller: { readonly name: string; readonly scopes: readonly string[] };
  readonly username?: string;
  readonly secret: string;
}
