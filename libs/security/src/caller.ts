/** Whoever sent a request, as a security definition knows them. */
export interface Caller {
  /** `name` in the configuration, or the subject of a token. Unique within one definition only. */
  readonly name: string;
  /** What the caller may do. */
  readonly scopes: readonly string[];
  /** Name of the security definition that knows the caller. */
  readonly definition: string;
  /** The claims of the token, where it was one that has them. They have been verified. */
  readonly claims?: Readonly<Record<string, unknown>>;
}
