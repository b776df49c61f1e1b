import { Inject, Injectable } from '@nestjs/common';
import { Jobs } from '@trunkline/jobs';
import { Invoker } from '@trunkline/service';
import type { BusConfig } from './bus-config';
import type { BusRole } from './bus.module-definition';
import { openJobs } from './store-problem';
import { BUS_CONFIG, ROLE } from './tokens';

/** The beginning of the jobs of this process, when all services are there. */
@Injectable()
export class JobStart {
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
  async begin(): Promise<void> {
    const { role } = this;
    if (role === 'none') return;
    await openJobs(this.config, () => this.jobs.start(this.invoker, role));
  }
}
