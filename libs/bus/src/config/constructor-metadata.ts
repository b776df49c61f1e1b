import type { ServiceConstructor } from '@trunkline/service';

/**
 * Why Nest would pass nothing to a constructor: its parameters have no metadata, as compilers leave out that look at one file without
 * its types.
 *
 * @returns `undefined` where every parameter has some
 */
export function findMissingMetadata(serviceClass: ServiceConstructor): string | undefined {
  const { length, name } = serviceClass;
  if (length === 0 || Reflect.hasMetadata('design:paramtypes', serviceClass)) return undefined;
  const injected: readonly { readonly index: number }[] = Reflect.getMetadata('self:paramtypes', serviceClass) ?? [];
  const known = new Set(injected.map(({ index }) => index));
  const unknown = Array.from({ length }, (_, index) => index).find((index) => !known.has(index));
  if (unknown === undefined) return undefined;
  return `parameter ${unknown + 1} of the constructor of ${name || 'the class'} has no metadata, so that nothing can be injected: compile with "emitDecoratorMetadata": true (swc: "decoratorMetadata"; esbuild has no such option), or say what it is with @Inject()`;
}
