import { inspect } from 'node:util';
import { formatSuggestion } from '@trunkline/config';
import { InternalError } from '@trunkline/failures';
import type { Invocation } from '@trunkline/service';
import type { Connection } from './connection';
import { RestConnection } from './rest-connection';

/**
 * Outgoing REST connections by name. Declaration merging adds known names, so that the compiler knows that they exist:
 *
 * ```ts
 * declare module 'trunkline' {
 *   interface RestConnections { readonly CRM: RestConnection }
 * }
 * ```
 */
export interface RestConnections {
  readonly [name: string]: RestConnection;
}

declare module '@trunkline/service' {
  interface Outgoing {
    /** REST connections, by name. @throws {InternalError} for a name that is not configured */
    readonly rest: RestConnections;
  }
}

/** Creates the view of an invocation on the connections. */
export type ConnectionsViewFactory = (invocation: Invocation) => RestConnections;

/** Names that the language, printers and `await` read from any object. */
const IGNORED_NAMES: ReadonlySet<PropertyKey> = new Set([
  ...Object.getOwnPropertyNames(Object.prototype),
  'then',
  'toJSON',
]);

/**
 * Creates the factory of views: getters on a prototype, so that an invocation costs one small object. An unknown name reaches the next
 * prototype, which rejects it.
 */
export function createViewFactory(connections: ReadonlyMap<string, Connection>): ConnectionsViewFactory {
  class View {
    readonly [name: string]: RestConnection;
    readonly #invocation: Invocation;

    static {
      for (const [name, connection] of connections) {
        Object.defineProperty(View.prototype, name, {
          enumerable: true,
          get(this: View) {
            return new RestConnection(connection, this.#invocation);
          },
        });
      }
      Object.setPrototypeOf(View.prototype, createUnknownNameProxy(connections));
    }

    constructor(invocation: Invocation) {
      this.#invocation = invocation;
    }

    /** Printers read arbitrary members. */
    [inspect.custom](): readonly string[] {
      return [...connections.keys()];
    }
  }
  return (invocation) => {
    const view: object = new View(invocation);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- names that users declare have to be configured
    return view as RestConnections;
  };
}

function createUnknownNameProxy(connections: ReadonlyMap<string, Connection>): object {
  return new Proxy(
    {},
    {
      get(target, name, receiver) {
        if (typeof name === 'symbol' || IGNORED_NAMES.has(name)) return Reflect.get(target, name, receiver);
        throw createUnknownConnectionError(name, connections.keys());
      },
    },
  );
}

/** Creates the error of a name that is not configured. */
export function createUnknownConnectionError(name: string, known: Iterable<string>): InternalError {
  return new InternalError(`there is no outgoing connection ${name}${formatSuggestion(name, known)}`);
}
