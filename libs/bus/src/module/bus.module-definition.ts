import { ConfigurableModuleBuilder, type ModuleMetadata } from '@nestjs/common';
import type { Role } from '@trunkline/jobs';
import type { Logger } from '@trunkline/telemetry';
import type { BusConfig } from '../config/bus-config';

/** The work of a process. `none`: it runs no jobs, and may share an embedded store with a bus. */
export type BusRole = Role | 'none';

/** Options of `BusModule.forRoot`. */
export interface BusModuleOptions {
  /** The config directory, relative to the working directory, or a loaded configuration. Default `config`. */
  readonly config?: string | BusConfig;
  /** The logger of the bus. Default: one with the options of the configuration, to stdout. */
  readonly logger?: Logger;
  /** The work of this process: channels (`http`), jobs (`worker`), both (`all`), or only what its code invokes (`none`). Default `all`. */
  readonly role?: BusRole;
}

/** Module-level settings, given synchronously to both `forRoot` and `forRootAsync`. */
export interface BusModuleExtras {
  /** Modules whose exports are injected into the services of `bus.services`. */
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
