import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { OutgoingRest } from '@trunkline/outgoing';
import { ChannelMount } from './channel-mount';
import { KeptRequests } from './kept-requests';
import { ServiceAssembly } from './service-assembly';

/** Brings the bus up when the application is there, and lets go of the world when it ends. */
@Injectable()
export class BusStart implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly services: ServiceAssembly,
    private readonly channels: ChannelMount,
    private readonly outgoing: OutgoingRest,
    private readonly kept: KeptRequests,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.channels.mount(await this.services.assemble(), this.outgoing);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.kept.settled();
    await this.outgoing.close();
    await this.kept.close();
  }
}
