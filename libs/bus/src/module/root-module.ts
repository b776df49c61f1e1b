import { Module, type Type } from '@nestjs/common';
import { BusModule } from './bus.module';
import type { BusModuleOptions } from './bus.module-definition';

/** The root of the application of a bus: the bus, and the user's modules beside it. Nest tells modules apart by their class, so each bus has its own. */
export function createRootModule(options: BusModuleOptions, modules: readonly Type[]): Type {
  class Root {}
  Module({ imports: [BusModule.forRoot({ ...options, imports: [...modules] }), ...modules] })(Root);
  return Root;
}
