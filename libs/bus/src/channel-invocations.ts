import { Injectable } from '@nestjs/common';
import { ApplicationConfig, ExternalContextCreator } from '@nestjs/core';
import { type Channel, type ChannelInvocation, enhancedInvocation } from '@trunkline/channels';
import { Invoker } from '@trunkline/service';
import { ServiceCollection } from './service-collection';

/** How the services of channels are run: with what the application has put around them, or plainly where there is nothing. */
@Injectable()
export class ChannelInvocations {
  constructor(
    private readonly invoker: Invoker,
    private readonly config: ApplicationConfig,
    private readonly contexts: ExternalContextCreator,
    private readonly collection: ServiceCollection,
  ) {}

  of(channel: Channel): ChannelInvocation {
    const { config, contexts, collection } = this;
    const instance = collection.instanceOf(channel.service);
    return enhancedInvocation(this.invoker, channel, { config, contexts, instance });
  }
}
