import type { ModuleRef } from '@nestjs/core';
import type { ServiceConstructor } from '@trunkline/service';
import { findMissingMetadata } from '../../config/constructor-metadata';

/** Keys of the metadata that TypeScript and Nest store about constructor parameters. */
const CONSTRUCTOR_METADATA_KEYS = ['design:paramtypes', 'self:paramtypes', 'optional:paramtypes'];
const NO_DEPENDENCIES: readonly unknown[] = [];

/**
 * Resolves the constructor arguments of a service once, so that an invocation is a plain `new` without the container: Nest constructs a
 * class with the same parameters that stores its arguments.
 *
 * @throws {TypeError} when a parameter has no metadata
 */
export async function resolveDependencies(
  serviceClass: ServiceConstructor,
  moduleRef: ModuleRef,
): Promise<readonly unknown[]> {
  const missing = findMissingMetadata(serviceClass);
  if (missing !== undefined) throw new TypeError(missing);
  // Without metadata there is nothing to inject, and the construction of a class by Nest makes the start slower.
  if (!CONSTRUCTOR_METADATA_KEYS.some((key) => Reflect.hasMetadata(key, serviceClass))) return NO_DEPENDENCIES;
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
