/** The client of a request, as identified by a security definition. */
export interface Caller {
  /** `name` in the configuration, or the subject of a token. Unique within one definition only, and apart from {@link isClient}. */
  readonly name: string;
  /** Permissions of the caller. */
  readonly scopes: readonly string[];
  /** Name of the security definition that identified the caller. */
  readonly definition: string;
  /**
   * `true` if the name is the `client_id` of a token without a subject: a program, not a person with the same name. Otherwise absent.
   */
  readonly isClient?: boolean | undefined;
  /** The verified claims of the token, if the caller sent a token with claims. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Creates a unique text for a caller, by which limits, idempotency keys and jobs distinguish callers. It includes the length of the
 * definition, so that no name can imitate another definition.
 */
export function createCallerKey({ definition, name, isClient = false }: Omit<Caller, 'scopes' | 'claims'>): string {
  return `${definition.length}:${definition}:${isClient ? 'client' : 'name'}:${name}`;
}
