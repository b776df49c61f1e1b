/**
 * Lets a value through, perhaps in another form, or throws.
 *
 * @param texts - members of the value that came as text (path and query), and may be converted where something else is asked for
 * @throws {ValidationFailedError} with every violation at once; a promise of it, where the schema is asynchronous
 */
export type Check = (value: unknown, texts: readonly string[]) => unknown;

/** What a member that came as text is to become: `scalar` is whichever of number and boolean it looks like. */
export type TextTarget = 'number' | 'boolean' | 'list' | 'scalar';

/** No member came as text: input from code and from bodies. */
export const NO_TEXTS: readonly string[] = [];

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * The value with those of its texts converted that something else is asked of. A text that does not look like it stays as it is,
 * for the check to refuse.
 *
 * @returns the same value where nothing was converted
 */
export function textsAsAsked(
  value: unknown,
  texts: readonly string[],
  targetOf: (key: string) => TextTarget | undefined,
): unknown {
  if (texts.length === 0 || typeof value !== 'object' || value === null) return value;
  const conversions = texts.flatMap((key): [string, unknown][] => {
    const target = targetOf(key);
    const text: unknown = Reflect.get(value, key);
    const converted = target === undefined || typeof text !== 'string' ? text : convert(text, target);
    return converted === text ? [] : [[key, converted]];
  });
  return conversions.length === 0 ? value : { ...value, ...Object.fromEntries(conversions) };
}

function convert(text: string, target: TextTarget): unknown {
  if (target === 'list') return [text];
  if (target !== 'number' && (text === 'true' || text === 'false')) return text === 'true';
  const number = target !== 'boolean' && NUMBER.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(number) ? number : text;
}
