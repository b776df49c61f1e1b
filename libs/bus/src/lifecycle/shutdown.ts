import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { OutgoingRest } from '@trunkline/outgoing';
import { JobShutdown } from './job-shutdown';
import { DetachedRequests } from './detached-requests';

/** Lets go of the world when the application ends, once nothing is under way that needs it. */
@Injectable()
export class Shutdown implements OnApplicationShutdown {
  constructor(
    private readonly jobShutdown: JobShutdown,
    private readonly outgoing: OutgoingRest,
    private readonly detachedRequests: DetachedRequests,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.detachedRequests.waitUntilSettled();
    await this.jobShutdown.close();
    await this.outgoing.close();
    await this.detachedRequests.closeStores();
  }
}
