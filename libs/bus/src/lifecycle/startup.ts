import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { OutgoingRest } from '@trunkline/outgoing';
import { ChannelMounter } from '../assembly/channels/channel-mounter';
import { JobStartup } from './job-startup';
import { ServiceAssembler } from '../assembly/services/service-assembler';

/** Brings the bus up when the application is there. */
@Injectable()
export class Startup implements OnApplicationBootstrap {
  constructor(
    private readonly serviceAssembler: ServiceAssembler,
    private readonly channelMounter: ChannelMounter,
    private readonly jobStartup: JobStartup,
    private readonly outgoing: OutgoingRest,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.channelMounter.mount(await this.serviceAssembler.assemble(this.outgoing), this.outgoing);
    await this.jobStartup.start();
  }
}
