import type { ModuleRef } from '@nestjs/core';
import type { ServiceConstructor } from '@trunkline/service';

/** Keys under which TypeScript and Nest keep what a constructor is to be given. */
const CONSTRUCTOR_METADATA_KEYS = ['design:paramtypes', 'self:paramtypes', 'optional:paramtypes'];

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

/**
 * What Nest would pass to the constructor. A stand-in with the same parameters is constructed in the service's place and keeps
 * what it is given, so that an invocation is a plain `new`, without the container.
 *
 * @throws {TypeError} where it would pass nothing
 */
export async function resolveDependencies(
  serviceClass: ServiceConstructor,
  moduleRef: ModuleRef,
): Promise<readonly unknown[]> {
  const missing = findMissingMetadata(serviceClass);
  if (missing !== undefined) throw new TypeError(missing);
  class Dependencies {
    readonly values: readonly unknown[];

    constructor(...values: readonly unknown[]) {
      this.values = values;
    }
  }
  Object.defineProperty(Dependencies, 'name', { value: serviceClass.name });
  for (const key of CONSTRUCTOR_METADATA_KEYS) {
    const value: unknown = Reflect.getMetadata(key, serviceClass);
    if (value !== undefined) Reflect.defineMetadata(key, value, Dependencies);
  }
  const { values } = await moduleRef.create(Dependencies);
  return values;
}
