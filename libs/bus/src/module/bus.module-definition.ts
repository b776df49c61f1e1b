import { ConfigurableModuleBuilder, type ModuleMetadata } from '@nestjs/common';
import type { Role } from '@trunkline/jobs';
import type { Logger } from '@trunkline/telemetry';
import type { BusConfig } from '../config/bus-config';

/** Which work a process does. `none`: it runs no jobs, and may share an embedded store with a bus. */
export type BusRole = Role | 'none';

/** What `BusModule.forRoot` is told. */
export interface BusModuleOptions {
  /** The config directory, from the working directory; or a configuration that has been loaded. Default `config`. */
  readonly config?: string | BusConfig;
  /** Default: one that the configuration asks for, writing to stdout. */
  readonly logger?: Logger;
  /** Which work this process does: that of channels (`http`), that of jobs (`worker`), both, or none but what it is told. Default `all`. */
  readonly role?: BusRole;
}

/** What the module is, rather than what it is told: the same for `forRoot` and `forRootAsync`. */
export interface BusModuleExtras {
  /** Modules whose exports the services of `bus.services` are injected with. */
  readonly imports?: ModuleMetadata['imports'];
}

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<BusModuleOptions>({
  moduleName: 'Bus',
})
  .setClassMethodName('forRoot')
  .setExtras<BusModuleExtras>({ imports: [] }, (definition, { imports = [] }) => ({
    ...definition,
    global: true,
    imports: [...(definition.imports ?? []), ...imports],
  }))
  .build();
