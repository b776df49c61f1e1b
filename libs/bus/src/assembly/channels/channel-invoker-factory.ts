import { Injectable } from '@nestjs/common';
import { ApplicationConfig, ExternalContextCreator } from '@nestjs/core';
import {
  type Channel,
  type ChannelInvoker,
  type ChannelInvokers,
  type ChannelOperation,
  applyEnhancers,
  createChannelInvoker,
} from '@trunkline/channels';
import { Invoker } from '@trunkline/service';
import { ServiceCollector } from '../services/service-collector';

/** What channels do for a request, with what the application has put around it, or plainly where there is nothing. */
@Injectable()
export class ChannelInvokerFactory implements ChannelInvokers {
  constructor(
    private readonly invoker: Invoker,
    private readonly config: ApplicationConfig,
    private readonly contexts: ExternalContextCreator,
    private readonly collector: ServiceCollector,
  ) {}

  create(channel: Channel): ChannelInvoker {
    return this.enhance(channel, createChannelInvoker(this.invoker, channel));
  }

  /** @returns the step itself where the application has put nothing around the channel */
  enhance<Context>(channel: Channel, step: ChannelOperation<Context>): ChannelOperation<Context> {
    const { config, contexts: contextCreator, collector } = this;
    return applyEnhancers(step, {
      config,
      contextCreator,
      instance: collector.findInstance(channel.service),
    });
  }
}
