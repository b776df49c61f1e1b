import { z } from 'zod';

/**
 * A section: a top-level key of the configuration with its schema.
 *
 * @typeParam T - the parsed value, with defaults applied
 */
export interface ConfigSection<T> {
  readonly key: string;
  readonly schema: z.ZodType<T>;
}

/**
 * Declares a section.
 *
 * A section that is absent is parsed as an empty mapping; the schema of an optional section must accept it. Mappings are
 * `z.strictObject` (an unknown key is a problem), mappings by name are `z.record`. Every key has a `.describe()`, which the reference page
 * and editors show. A default is written as in YAML, `duration().prefault('5s')`, so that the page can show it. The schema is synchronous
 * and without `z.preprocess`.
 *
 * `, got …` is appended to a custom message that begins with "expected" (`{ error: 'expected a path that starts with /' }`).
 */
export function defineSection<T>(section: ConfigSection<T>): ConfigSection<T> {
  return section;
}

/**
 * Creates the schema of a whole configuration, in which every section is optional.
 *
 * @throws {TypeError} when two sections have the same key
 */
export function createRootSchema(sections: readonly ConfigSection<unknown>[]) {
  const keys = sections.map(({ key }) => key);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) throw new TypeError(`two sections of the configuration have the key \`${twice}\``);
  return z.strictObject(Object.fromEntries(sections.map(({ key, schema }) => [key, schema.optional()])));
}
