import type { RestConnection } from './rest-connection';

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
