import type { ServiceConstructor } from '@trunkline/service';

/**
 * Explains why Nest cannot inject into a constructor: a parameter has no metadata. Compilers that compile each file without type
 * information leave it out.
 *
 * @returns `undefined` when every parameter has metadata
 */
export function findMissingMetadata(serviceClass: ServiceConstructor): string | undefined {
  const { length, name } = serviceClass;
  if (length === 0 || Reflect.hasMetadata('design:paramtypes', serviceClass)) return undefined;
  const injected: readonly { readonly index: number }[] = Reflect.getMetadata('self:paramtypes', serviceClass) ?? [];
  const known = new Set(injected.map(({ index }) => index));
  const unknown = Array.from({ length }, (_, index) => index).find((index) => !known.has(index));
  if (unknown === undefined) return undefined;
  return `parameter ${unknown + 1} of the constructor of ${name || 'the class'} has no metadata, so Nest cannot inject it: compile with "emitDecoratorMetadata": true (swc: "decoratorMetadata"; esbuild has no such option), or declare it with @Inject()`;
}
