import { inspect } from 'node:util';
import { formatSuggestion } from '@trunkline/config';
import { InternalError } from '@trunkline/failures';
import type { Invocation } from '@trunkline/service';

/** Names that the language, printers and `await` read from any object. */
const IGNORED_NAMES: ReadonlySet<PropertyKey> = new Set([
  ...Object.getOwnPropertyNames(Object.prototype),
  'then',
  'toJSON',
]);

/**
 * Creates the factory of views on the connections of a kind: `this.out.rest` of an invocation. Views have getters on a prototype, so that
 * an invocation costs one small object. An unknown name reaches the next prototype, which rejects it.
 *
 * @param createCaller - creates what an invocation makes calls with
 */
export function createViewFactory<Connection>(
  connections: ReadonlyMap<string, Connection>,
  createCaller: (connection: Connection, invocation: Invocation) => object,
): (invocation: Invocation) => object {
  class View {
    readonly #invocation: Invocation;

    static {
      for (const [name, connection] of connections) {
        Object.defineProperty(View.prototype, name, {
          enumerable: true,
          get(this: View): object {
            return createCaller(connection, this.#invocation);
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
  return (invocation) => new View(invocation);
}

function createUnknownNameProxy(connections: ReadonlyMap<string, unknown>): object {
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
