/**
 * Lets a value through, perhaps in another form, or throws.
 *
 * @param texts - members of the value that came as text (path and query), and may be converted where something else is asked for
 * @throws {ValidationFailedError} with every violation at once; a promise of it, where the declaration is asynchronous
 */
export type ShapeValidator = (value: unknown, texts: readonly string[]) => unknown;

/** No member came as text: input from code and from bodies. */
export const NO_COERCIBLE_MEMBERS: readonly string[] = [];
