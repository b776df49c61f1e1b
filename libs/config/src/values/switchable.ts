import { z } from 'zod';

/** A setting that can be switched off: `off`, or a value of `schema`. */
export function switchable<S extends z.ZodType>(schema: S) {
  return z.union([z.literal('off'), schema]);
}
