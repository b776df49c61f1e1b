import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import { BusExceptionFilter } from '@trunkline/channels';
import { OutgoingRest } from '@trunkline/outgoing';
import { ChannelMount } from './channel-mount';
import { ServiceAssembly } from './service-assembly';

/** Brings the bus up when the application is there, and lets go of the world when it ends. */
@Injectable()
export class BusStart implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly services: ServiceAssembly,
    private readonly channels: ChannelMount,
    private readonly outgoing: OutgoingRest,
    private readonly config: ApplicationConfig,
  ) {}

  /** Nest asks the filter that was registered last first. Ours takes everything, so it has to be the last to be asked. */
  onModuleInit(): void {
    const filters = this.config.getGlobalFilters();
    const ours = filters.findIndex(
      (filter) => filter instanceof BusExceptionFilter && filter.constructor === BusExceptionFilter,
    );
    if (ours > 0) filters.unshift(...filters.splice(ours, 1));
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.channels.mount(await this.services.assemble(), this.outgoing);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.outgoing.close();
  }
}
