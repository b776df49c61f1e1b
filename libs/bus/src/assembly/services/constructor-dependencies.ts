import type { ModuleRef } from '@nestjs/core';
import type { ServiceConstructor } from '@trunkline/service';
import { findMissingMetadata } from '../../config/constructor-metadata';

/** Keys under which TypeScript and Nest keep what a constructor is to be given. */
const CONSTRUCTOR_METADATA_KEYS = ['design:paramtypes', 'self:paramtypes', 'optional:paramtypes'];

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
