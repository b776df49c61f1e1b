import { Module, type Type } from '@nestjs/common';
import { BusModule } from './bus.module';
import type { BusModuleOptions } from './bus.module-definition';

/** Creates the root module of a bus: the bus and the modules of the application. Nest identifies modules by class, so each bus has its own. */
export function createRootModule(options: BusModuleOptions, modules: readonly Type[]): Type {
  class Root {}
  Module({ imports: [BusModule.forRoot({ ...options, imports: [...modules] }), ...modules] })(Root);
  return Root;
}
