import { setTimeout as pause } from 'node:timers/promises';
import { DeadlineExceededError } from '@trunkline/failures';
import { ServiceResponse } from '@trunkline/service';
import { CancelScope, Deadline } from '@trunkline/time';
import { type Channel, placeholdersOf } from '../channel';
import type { WitnessedHandler } from '../channel-handler';
import { ChannelRequest } from '../channel-request';
import { type Exchange, giveAnswer, giveFailure } from '../exchange';
import type { FailureReply } from '../failure-reply';
import { inputOf } from '../input';
import { workFor } from '../presence';
import { type ReadyAnswer, readyAnswer } from '../reply';
import type { JobAccess, JobReport } from './job-access';
import { documentOf, hasEnded, pathOf, RETRY_AFTER } from './job-document';
import { callerText, ownerText } from './job-owner';
import { patienceOf } from './patience';

/** What a channel needs to have work done later. */
export interface AsyncParts {
  readonly jobs: JobAccess;
  readonly failures: FailureReply;
  /** Answers whoever did not ask for a job, where that is theirs to say. */
  readonly atOnce: WitnessedHandler;
}

/** A job is asked after this often while a client waits for it; twice as long each time, up to the second. */
const FIRST_LOOK_MS = 20;
const SLOWEST_LOOK_MS = 250;

/**
 * Answers with a job instead of its result: 202 with `Location` once the store has acknowledged it. A client that is ready to wait
 * (`Prefer: wait=N`, RFC 7240 §4.3) gets the result itself, if there is one in time.
 */
export function asyncHandler(channel: Channel, { jobs, failures, atOnce }: AsyncParts): WitnessedHandler {
  const placeholders = placeholdersOf(channel.path);

  const handIn = async ({ request, witness }: Exchange): Promise<JobReport> => {
    const { service } = channel;
    const { input, texts } = inputOf(request, placeholders);
    const footprint = witness?.footprint;
    const origin = { cid: request.id, inbound: new ChannelRequest(request), caller: request.caller, footprint };
    const owner = ownerText({ channel: channel.name, caller: callerText(request.caller) });
    if (footprint) Object.assign(footprint, { hasBegun: true, hasTried: true });
    const { id } = await jobs.enqueue({ service, input, texts, origin, owner });
    const unknown = { result: undefined, failure: undefined };
    return { id, service: service.name, state: 'queued', attempts: 0, cid: request.id, owner, ...unknown };
  };
  const answer = async (exchange: Exchange) => {
    const { isAsync, waitMs = 0 } = patienceOf(exchange.request.head.prefer);
    const leftMs = channel.timeoutMs - exchange.request.authenticationMs;
    const job = await handIn(exchange);
    const latest = await awaited(jobs, job, { exchange, waitMs: Math.min(waitMs, leftMs) });
    if (latest.failure) return giveFailure(exchange, latest.failure, failures);
    const ready = hasEnded(latest) ? resultOf(latest) : acceptedAs(latest, { isAsync, failures });
    return giveAnswer(exchange, ready, channel.representation);
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

function resultOf({ result, service }: JobReport): ReadyAnswer {
  return readyAnswer(new ServiceResponse(), result, service);
}

function acceptedAs(
  job: JobReport,
  { isAsync, failures }: { readonly isAsync: boolean; readonly failures: FailureReply },
): ReadyAnswer {
  const response = new ServiceResponse();
  response.statusCode = 202;
  Object.assign(response.headers, {
    location: pathOf(job),
    'retry-after': RETRY_AFTER,
    'cache-control': 'no-store',
    ...(isAsync && { 'preference-applied': 'respond-async' }),
  });
  return readyAnswer(response, documentOf(job, failures), job.service);
}

/** The job as it stands when it has ended, when the client has waited as long as it wanted to, or when it has left. */
async function awaited(
  jobs: JobAccess,
  job: JobReport,
  { exchange, waitMs }: { readonly exchange: Exchange; readonly waitMs: number },
): Promise<JobReport> {
  if (waitMs === 0) return job;
  const scope = new CancelScope(Deadline.in(waitMs), () => new DeadlineExceededError(job.service, waitMs));
  const work = workFor(exchange.request.raw.socket).add(scope);
  try {
    return await lookedAfter(jobs, job, scope);
  } finally {
    scope.close();
    work.delete(scope);
  }
}

async function lookedAfter(jobs: JobAccess, job: JobReport, { signal }: CancelScope): Promise<JobReport> {
  let latest = job;
  for (let pauseMs = FIRST_LOOK_MS; !hasEnded(latest); pauseMs = Math.min(pauseMs * 2, SLOWEST_LOOK_MS)) {
    await pause(pauseMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return latest;
    latest = (await jobs.find(job.id)) ?? latest;
  }
  return latest;
}
