import type { z } from 'zod';

/** The keys of all shapes of a union. */
export type MergedShapes<Shape> = (Shape extends unknown ? (shape: Shape) => void : never) extends (
  shape: infer Merged,
) => void
  ? Merged
  : never;

/**
 * Merges the keys of the parts of a section, each declared beside its code.
 *
 * @throws {TypeError} when two parts have the same key
 */
export function mergeShapes<Shape extends z.ZodRawShape>(shapes: readonly Shape[]): MergedShapes<Shape>;
export function mergeShapes(shapes: readonly z.ZodRawShape[]): z.ZodRawShape {
  const merged = new Map<string, z.ZodRawShape[string]>();
  for (const [key, schema] of shapes.flatMap((shape) => Object.entries(shape))) {
    if (merged.has(key)) throw new TypeError(`two parts of a section have the key ${key}`);
    merged.set(key, schema);
  }
  return Object.fromEntries(merged);
}
