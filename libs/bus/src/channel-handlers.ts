import { Injectable } from '@nestjs/common';
import { type Channel, type ChannelHandler, channelHandler, FailureReply, Idempotency } from '@trunkline/channels';
import { ChannelInvocations } from './channel-invocations';

/** How the requests of channels are answered, with all that stands between a parsed request and its service. */
@Injectable()
export class ChannelHandlers {
  constructor(
    private readonly failures: FailureReply,
    private readonly invocations: ChannelInvocations,
    private readonly idempotency: Idempotency,
  ) {}

  of(channel: Channel): ChannelHandler {
    return this.idempotency.around(channel, channelHandler(channel, this.invocations.of(channel), this.failures));
  }
}
