import { Injectable } from '@nestjs/common';
import { ApplicationConfig, ExternalContextCreator } from '@nestjs/core';
import {
  type Channel,
  type ChannelInvocation,
  type ChannelStep,
  enhanceStep,
  plainInvocation,
} from '@trunkline/channels';
import { Invoker } from '@trunkline/service';
import { ServiceCollection } from './service-collection';

/** What channels do for a request, with what the application has put around it, or plainly where there is nothing. */
@Injectable()
export class ChannelInvocations {
  constructor(
    private readonly invoker: Invoker,
    private readonly config: ApplicationConfig,
    private readonly contexts: ExternalContextCreator,
    private readonly collection: ServiceCollection,
  ) {}

  of(channel: Channel): ChannelInvocation {
    return this.enhance(channel, plainInvocation(this.invoker, channel));
  }

  /** @returns the step itself where the application has put nothing around the channel */
  enhance<Context>(channel: Channel, step: ChannelStep<Context>): ChannelStep<Context> {
    const { config, contexts, collection } = this;
    return enhanceStep(step, { config, contexts, instance: collection.instanceOf(channel.service) });
  }
}
