import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { OutgoingRest } from '@trunkline/outgoing';
import { JobEnd } from './job-end';
import { KeptRequests } from './kept-requests';

/** Lets go of the world when the application ends, once nothing is under way that needs it. */
@Injectable()
export class BusEnd implements OnApplicationShutdown {
  constructor(
    private readonly jobs: JobEnd,
    private readonly outgoing: OutgoingRest,
    private readonly kept: KeptRequests,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.kept.settled();
    await this.jobs.end();
    await this.outgoing.close();
    await this.kept.close();
  }
}
