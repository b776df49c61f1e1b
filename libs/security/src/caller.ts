/** The client that sent a request, as a security definition knows it. */
export interface Caller {
  /** `name` in the configuration, or the subject of a token. Unique within one definition only, and apart from {@link isClient}. */
  readonly name: string;
  /** What the caller may do. */
  readonly scopes: readonly string[];
  /** Name of the security definition that knows the caller. */
  readonly definition: string;
  /**
   * `true` where the name is the `client_id` of a token that speaks for no subject: a program, and not the person who may have the
   * same name. Absent everywhere else.
   */
  readonly isClient?: boolean | undefined;
  /** The claims of the token, where it was one that has them. They have been verified. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * A text that no two callers share, by which limits, idempotency keys and jobs tell them apart. The definition comes with its length,
 * so that no name can imitate another definition.
 */
export function createCallerKey({ definition, name, isClient = false }: Omit<Caller, 'scopes' | 'claims'>): string {
  return `${definition.length}:${definition}:${isClient ? 'client' : 'name'}:${name}`;
}
