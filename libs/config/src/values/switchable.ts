import { z } from 'zod';

/** `off`, or what `schema` says. */
export function switchable<S extends z.ZodType>(schema: S) {
  return z.union([z.literal('off'), schema]);
}
