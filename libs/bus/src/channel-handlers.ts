import { Injectable } from '@nestjs/common';
import {
  asyncHandler,
  type Channel,
  type ChannelHandler,
  channelHandler,
  FailureReply,
  Idempotency,
  createJobStep,
  type WitnessedHandler,
} from '@trunkline/channels';
import { Jobs } from '@trunkline/jobs';
import { ChannelInvocations } from './channel-invocations';
import { jobAccessOf } from './job-access-of';

/** How the requests of channels are answered, with all that stands between a parsed request and its service. */
@Injectable()
export class ChannelHandlers {
  constructor(
    private readonly failures: FailureReply,
    private readonly invocations: ChannelInvocations,
    private readonly idempotency: Idempotency,
    private readonly jobs: Jobs,
  ) {}

  of(channel: Channel): ChannelHandler {
    return this.idempotency.around(channel, this.#handlerOf(channel));
  }

  #handlerOf(channel: Channel): WitnessedHandler {
    const { failures, invocations } = this;
    const atOnce = channelHandler(channel, invocations.of(channel), failures);
    if (channel.async === 'never') return atOnce;
    const work = invocations.enhance(channel, createJobStep(channel, { jobs: jobAccessOf(this.jobs), failures }));
    return asyncHandler(channel, { work, failures, atOnce });
  }
}
