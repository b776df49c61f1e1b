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

/** Creates what channels invoke for a request, with the guards, interceptors, pipes and filters of the application around it. */
@Injectable()
export class ChannelInvokerFactory implements ChannelInvokers {
  constructor(
    private readonly invoker: Invoker,
    private readonly config: ApplicationConfig,
    private readonly contextCreator: ExternalContextCreator,
    private readonly collector: ServiceCollector,
  ) {}

  create(channel: Channel): ChannelInvoker {
    return this.enhance(channel, createChannelInvoker(this.invoker, channel));
  }

  /**
   * Runs the guards, interceptors, pipes and filters of the application around an operation.
   *
   * @returns the operation itself when the application has none for the channel
   */
  enhance<Context>(channel: Channel, operation: ChannelOperation<Context>): ChannelOperation<Context> {
    const { config, contextCreator, collector } = this;
    return applyEnhancers(operation, {
      config,
      contextCreator,
      instance: collector.findInstance(channel.service),
    });
  }
}
