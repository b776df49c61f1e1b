import { ServiceResponse } from '@trunkline/service';
import { Deadline } from '@trunkline/time';
import { type Channel, placeholdersOf } from '../channel';
import type { ChannelStep, WitnessedHandler } from '../channel-handler';
import { type Exchange, giveAnswer, giveFailure } from '../exchange';
import type { FailureReply } from '../failure-reply';
import { inputOf } from '../input';
import { readyAnswer } from '../reply';
import type { JobRequest } from './job-step';
import { patienceOf } from './patience';

/** What a channel needs to have work done later. */
export interface AsyncParts {
  /** Hands in the job, with whatever the application has put around it. */
  readonly work: ChannelStep<JobRequest>;
  readonly failures: FailureReply;
  /** Answers whoever did not ask for a job, where that is theirs to say. */
  readonly atOnce: WitnessedHandler;
}

/**
 * Answers with a job instead of its result: 202 with `Location` once the store has acknowledged it. A client that is ready to wait
 * (`Prefer: wait=N`, RFC 7240 §4.3) gets the result itself, if there is one in time.
 */
export function asyncHandler(channel: Channel, { work, failures, atOnce }: AsyncParts): WitnessedHandler {
  const placeholders = placeholdersOf(channel.path);

  const answer = async (exchange: Exchange) => {
    const { request } = exchange;
    const deadline = Deadline.in(channel.timeoutMs - request.authenticationMs);
    const response = new ServiceResponse();
    const { input, texts } = inputOf(request, placeholders);
    const payload = await work({ input }, { ...exchange, texts, response, deadline }, exchange);
    giveAnswer(exchange, readyAnswer(response, payload, channel.service.name), channel.representation);
  };
  return (request, reply, witness) => {
    if (channel.async === 'optional' && !patienceOf(request.head.prefer).isAsync) {
      return atOnce(request, reply, witness);
    }
    const exchange = { request, reply, witness };
    answer(exchange).catch((thrown: unknown) => giveFailure(exchange, thrown, failures));
    return undefined;
  };
}
