import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { OutgoingRest } from '@trunkline/outgoing';
import { ChannelMount } from './channel-mount';
import { JobStart } from './job-start';
import { ServiceAssembly } from './service-assembly';

/** Brings the bus up when the application is there. */
@Injectable()
export class BusStart implements OnApplicationBootstrap {
  constructor(
    private readonly services: ServiceAssembly,
    private readonly channels: ChannelMount,
    private readonly jobs: JobStart,
    private readonly outgoing: OutgoingRest,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.channels.mount(await this.services.assemble(this.outgoing), this.outgoing);
    await this.jobs.begin();
  }
}
