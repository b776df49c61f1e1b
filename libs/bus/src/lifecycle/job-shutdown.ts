import { Injectable } from '@nestjs/common';
import { Jobs } from '@trunkline/jobs';
import { Drain } from './drain';

/** The end of the jobs of this process, once its grace has run out. */
@Injectable()
export class JobShutdown {
  constructor(
    private readonly jobs: Jobs,
    private readonly drain: Drain,
  ) {}

  /** Waits for the jobs that run, and closes the store. */
  async close(): Promise<void> {
    await this.drain.waitForJobs();
    await this.jobs.close();
  }
}
