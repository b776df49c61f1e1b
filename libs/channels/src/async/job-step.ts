import { setTimeout as pause } from 'node:timers/promises';
import { DeadlineExceededError } from '@trunkline/failures';
import type { ServiceResponse } from '@trunkline/service';
import { CancelScope, Deadline } from '@trunkline/time';
import type { Channel } from '../channel';
import type { ChannelStep } from '../channel-handler';
import { ChannelRequest } from '../channel-request';
import type { Exchange } from '../exchange';
import type { FailureReply } from '../failure-reply';
import { workFor } from '../presence';
import type { JobAccess, JobReport } from './job-access';
import { documentOf, hasEnded, pathOf, RETRY_AFTER } from './job-document';
import { callerText, ownerText } from './job-owner';
import { patienceOf } from './patience';

/** A request whose work is done later. */
export interface JobRequest extends Exchange {
  /** Members of the input that came as text and may be converted. */
  readonly texts: readonly string[];
  /** Receives status and headers of the response. */
  readonly response: ServiceResponse;
  /** When the client gets a response at the latest. */
  readonly deadline: Deadline;
}

/** What the hand-in of jobs needs. */
export interface JobStepParts {
  readonly jobs: JobAccess;
  readonly failures: FailureReply;
}

/** A job is asked after this often while a client waits for it; twice as long each time, up to the second. */
const FIRST_LOOK_MS = 20;
const SLOWEST_LOOK_MS = 250;

/**
 * Hands in a job. Resolves with the body of the response: the accepted job, or the result where the client waits and there is one in
 * time. Rejects with the failure of a job that has failed by then.
 */
export function createJobStep(channel: Channel, { jobs, failures }: JobStepParts): ChannelStep<JobRequest> {
  return async ({ input }, job) => {
    const { isAsync, waitMs = 0 } = patienceOf(job.request.head.prefer);
    const accepted = await handIn(input, job, { jobs, channel });
    const latest = await awaited(jobs, accepted, {
      exchange: job,
      waitMs: Math.min(waitMs, job.deadline.remainingMs()),
    });
    if (latest.failure) throw latest.failure;
    if (hasEnded(latest)) return latest.result;
    writeAccepted(job.response, latest, isAsync);
    return documentOf(latest, failures);
  };
}

async function handIn(
  input: unknown,
  { request, witness, texts }: JobRequest,
  { jobs, channel }: { readonly jobs: JobAccess; readonly channel: Channel },
): Promise<JobReport> {
  const { service } = channel;
  const footprint = witness?.footprint;
  const origin = { cid: request.id, inbound: new ChannelRequest(request), caller: request.caller, footprint };
  const owner = ownerText({ channel: channel.name, caller: callerText(request.caller) });
  if (footprint) Object.assign(footprint, { hasBegun: true, hasTried: true });
  const { id } = await jobs.enqueue({ service, input, texts, origin, owner });
  const unknown = { result: undefined, failure: undefined };
  return { id, service: service.name, state: 'queued', attempts: 0, cid: request.id, owner, ...unknown };
}

function writeAccepted(response: ServiceResponse, job: JobReport, isAsync: boolean): void {
  response.statusCode = 202;
  Object.assign(response.headers, {
    location: pathOf(job),
    'retry-after': RETRY_AFTER,
    'cache-control': 'no-store',
    ...(isAsync && { 'preference-applied': 'respond-async' }),
  });
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
