import { Injectable } from '@nestjs/common';
import {
  createAsyncHandler,
  type Channel,
  type RequestHandler,
  createRequestHandler,
  Idempotency,
  createEnqueueOperation,
  type ObservableRequestHandler,
} from '@trunkline/channels';
import { ErrorResponder } from '@trunkline/http-server';
import { Jobs } from '@trunkline/jobs';
import { ChannelInvokerFactory } from './channel-invoker-factory';

/** How the requests of channels are answered, with all that stands between a parsed request and its service. */
@Injectable()
export class RequestHandlerFactory {
  constructor(
    private readonly errorResponder: ErrorResponder,
    private readonly invokerFactory: ChannelInvokerFactory,
    private readonly idempotency: Idempotency,
    private readonly jobs: Jobs,
  ) {}

  create(channel: Channel): RequestHandler {
    return this.idempotency.wrap(channel, this.#createHandler(channel));
  }

  #createHandler(channel: Channel): ObservableRequestHandler {
    const { errorResponder, invokerFactory } = this;
    const handleSync = createRequestHandler(channel, invokerFactory.create(channel), errorResponder);
    if (channel.async === 'never') return handleSync;
    const enqueue = invokerFactory.enhance(
      channel,
      createEnqueueOperation(channel, { jobs: this.jobs, errorResponder }),
    );
    return createAsyncHandler(channel, { enqueue, errorResponder, handleSync });
  }
}
