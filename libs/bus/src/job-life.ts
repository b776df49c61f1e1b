import { Inject, Injectable } from '@nestjs/common';
import { Jobs } from '@trunkline/jobs';
import { Invoker } from '@trunkline/service';
import type { BusRole } from './bus.module-definition';
import { Drain } from './drain';
import { ROLE } from './tokens';

/** When this process runs jobs: from when all services are there until its grace has run out. */
@Injectable()
export class JobLife {
  constructor(
    private readonly jobs: Jobs,
    private readonly invoker: Invoker,
    private readonly drain: Drain,
    @Inject(ROLE) private readonly role: BusRole,
  ) {}

  /** @throws {JobStoreError} when the store of jobs cannot be used as it is set up */
  async begin(): Promise<void> {
    if (this.role !== 'none') await this.jobs.start(this.invoker, this.role);
  }

  /** Waits for the jobs that run, and closes the store. */
  async end(): Promise<void> {
    await this.drain.whenJobsFinished();
    await this.jobs.close();
  }
}
