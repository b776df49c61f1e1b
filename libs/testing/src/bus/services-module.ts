import type { Type } from '@nestjs/common';

/** Creates a Nest module with services. @param modules - what they are injected with */
export async function createServicesModule(services: readonly Type[], modules: readonly Type[]): Promise<Type> {
  const { Module } = await import('@nestjs/common');
  class TestServices {}
  Module({ imports: [...modules], providers: [...services] })(TestServices);
  return TestServices;
}
