import type { FactoryProvider, OnApplicationBootstrap } from '@nestjs/common';
import { Jobs } from '@trunkline/jobs';
import { OutgoingConnections } from '@trunkline/outgoing';
import { Invoker, ServiceRegistry } from '@trunkline/service';
import { ChannelMounter } from '../assembly/channels/channel-mounter';
import { ServiceAssembler } from '../assembly/services/service-assembler';
import { mapJobStoreErrors } from '../assembly/stores/store-errors';
import type { BusConfig } from '../config/bus-config';
import type { BusRole } from '../module/bus.module-definition';
import { BUS_CONFIG, ROLE } from '../module/tokens';
import { MaintenanceWatcher } from './maintenance/maintenance-watcher';
import { OverloadLog } from './overload-log';

/** The parts of a bus that are started. */
interface StartupTargets {
  readonly config: BusConfig;
  readonly role: BusRole;
  readonly services: ServiceAssembler;
  readonly channels: ChannelMounter;
  readonly registry: ServiceRegistry;
  readonly outgoing: OutgoingConnections;
  readonly maintenance: MaintenanceWatcher;
  readonly overloadLog: OverloadLog;
  readonly jobs: Jobs;
  readonly invoker: Invoker;
}

/** Starts a bus, with its only `onApplicationBootstrap` hook. The first step that fails ends the start. */
export class Startup implements OnApplicationBootstrap {
  readonly #targets: StartupTargets;

  constructor(targets: StartupTargets) {
    this.#targets = targets;
  }

  /**
   * @throws {ConfigurationError} when the configuration names a service that does not exist, has an example that its service
   * rejects, or a store of jobs that cannot be used as it is set up
   * @throws {JobStoreError} when another process holds the embedded store
   */
  async onApplicationBootstrap(): Promise<void> {
    for (const run of createStartupSteps(this.#targets)) await run();
  }
}

/** Provides the {@link Startup} of a bus. */
export const startupProvider: FactoryProvider<Startup> = {
  provide: Startup,
  inject: [
    BUS_CONFIG,
    ROLE,
    ServiceAssembler,
    ChannelMounter,
    ServiceRegistry,
    OutgoingConnections,
    MaintenanceWatcher,
    OverloadLog,
    Jobs,
    Invoker,
  ],
  // One parameter per injected provider is how Nest's factories are written.
  // oxlint-disable-next-line max-params -- see above
  useFactory: (
    config: BusConfig,
    role: BusRole,
    services: ServiceAssembler,
    channels: ChannelMounter,
    registry: ServiceRegistry,
    outgoing: OutgoingConnections,
    maintenance: MaintenanceWatcher,
    overloadLog: OverloadLog,
    jobs: Jobs,
    invoker: Invoker,
  ) => new Startup({ config, role, services, channels, registry, outgoing, maintenance, overloadLog, jobs, invoker }),
};

/** Everything that a bus does to start, in this order, once Nest has created the providers. The port is bound afterwards. */
function createStartupSteps(targets: StartupTargets): readonly (() => unknown)[] {
  const { services, channels, registry, outgoing, maintenance, overloadLog } = targets;
  return [
    () => services.assemble(outgoing),
    () => channels.mount(registry, outgoing),
    () => maintenance.start(),
    () => overloadLog.start(),
    () => startJobs(targets),
  ];
}

async function startJobs({ config, role, jobs, invoker }: StartupTargets): Promise<void> {
  if (role !== 'none') await mapJobStoreErrors(config, () => jobs.start(invoker, role));
}
