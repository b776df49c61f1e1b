import type { z } from 'zod';

/**
 * A section: a key at the top of the configuration, and what stands below it.
 *
 * @typeParam T - what the schema makes of it, defaults applied
 */
export interface ConfigSection<T> {
  readonly key: string;
  readonly schema: z.ZodType<T>;
}

/**
 * Declares a section.
 *
 * The schema must accept an empty mapping where the section may be left out: that is what it parses then. Mappings are
 * `z.strictObject` (an unknown key is a problem), mappings of chosen names are `z.record`. Every key has a `.describe()`:
 * it is the text of the reference page and of editors. A default is given as it would be written in YAML,
 * `duration().prefault('5s')`, so that the page can show it. Synchronous, without `z.preprocess`.
 *
 * A message of its own (`{ error: 'expected a path that starts with /' }`) that begins with "expected" gets `, got …` added.
 */
export function defineSection<T>(section: ConfigSection<T>): ConfigSection<T> {
  return section;
}
