import { Inject, Injectable } from '@nestjs/common';
import { Jobs } from '@trunkline/jobs';
import { Invoker } from '@trunkline/service';
import type { BusConfig } from '../config/bus-config';
import type { BusRole } from '../module/bus.module-definition';
import { mapJobStoreErrors } from '../assembly/stores/store-errors';
import { BUS_CONFIG, ROLE } from '../module/tokens';

/** The beginning of the jobs of this process, when all services are there. */
@Injectable()
export class JobStartup {
  constructor(
    private readonly jobs: Jobs,
    private readonly invoker: Invoker,
    @Inject(ROLE) private readonly role: BusRole,
    @Inject(BUS_CONFIG) private readonly config: BusConfig,
  ) {}

  /**
   * @throws {ConfigurationError} when the store of an address cannot be used as it is set up
   * @throws {JobStoreError} when another process holds the embedded one
   */
  async start(): Promise<void> {
    const { role } = this;
    if (role === 'none') return;
    await mapJobStoreErrors(this.config, () => this.jobs.start(this.invoker, role));
  }
}
