import { setTimeout as pause } from 'node:timers/promises';
import { DeadlineExceededError } from '@trunkline/failures';
import type { EnqueueRequest, JobReceipt, JobStatus, JobSubmitter, ServiceResponse } from '@trunkline/service';
import { CancelScope, Deadline } from '@trunkline/time';
import type { Channel } from '../../http/channel';
import type { ChannelOperation } from '../../http/request-handler';
import { HttpRequestView } from '../../http/http-request-view';
import type { RequestContext } from '../../http/request-context';
import { type ErrorResponder, getDisconnectScopes } from '@trunkline/http-server';
import { toJobDocument, hasEnded, formatJobPath, RETRY_AFTER_SECONDS } from './job-document';
import { toOwnerCaller, serializeOwner } from './job-owner';
import { parsePreferHeader } from './prefer-header';

/** A request that becomes a job. */
export interface AsyncRequestContext extends RequestContext {
  /** Members of the input that are text and may be converted. */
  readonly coercibleMembers: readonly string[];
  /** Receives status and headers of the response. */
  readonly response: ServiceResponse;
  /** The latest time of the response. */
  readonly deadline: Deadline;
}

/** What the submission of jobs works with. */
export interface EnqueueOptions {
  readonly jobs: JobSubmitter;
  readonly errorResponder: ErrorResponder;
}

/** Interval of polls while a client waits for a job. It doubles from the minimum to the maximum. */
const MIN_POLL_INTERVAL_MS = 20;
const MAX_POLL_INTERVAL_MS = 250;

/**
 * Creates the operation that submits a job. It resolves with the response body: the accepted job, or its result if the client waits and
 * the job completes in time. It rejects with the failure of a job that fails in time.
 */
export function createEnqueueOperation(
  channel: Channel,
  { jobs, errorResponder }: EnqueueOptions,
): ChannelOperation<AsyncRequestContext> {
  return async ({ input }, job) => {
    const { isAsync, waitMs = 0 } = parsePreferHeader(job.request.head.prefer);
    const accepted = await acceptJob(input, job, { jobs, channel });
    const latest = await waitForJob(jobs, accepted, {
      exchange: job,
      waitMs: Math.min(waitMs, job.deadline.remainingMs()),
    });
    if (latest.failure) throw latest.failure;
    if (hasEnded(latest)) return latest.result;
    writeAccepted(job.response, latest, isAsync);
    return toJobDocument(latest, errorResponder);
  };
}

async function acceptJob(
  input: unknown,
  { request, observer, coercibleMembers }: AsyncRequestContext,
  { jobs, channel }: SubmitOptions,
): Promise<JobStatus> {
  const { id: cid, caller } = request;
  const origin = { cid, inbound: new HttpRequestView(request), caller, sideEffects: observer?.sideEffects };
  const owner = serializeOwner({ channel: channel.name, caller: toOwnerCaller(caller) });
  const { id } = await submitJob({ input, coercibleMembers, origin, owner }, { jobs, channel });
  const unknown = { result: undefined, failure: undefined };
  return { id, service: channel.service.name, state: 'queued', attempts: 0, cid, owner, ...unknown };
}

interface SubmitOptions {
  readonly jobs: JobSubmitter;
  readonly channel: Channel;
}

/** Submits a job for the service of a channel, and records it as a side effect of the request. */
export function submitJob(
  job: Omit<EnqueueRequest, 'service' | 'options'>,
  { jobs, channel }: SubmitOptions,
): Promise<JobReceipt> {
  const { sideEffects } = job.origin;
  if (sideEffects) {
    sideEffects.hasStarted = true;
    sideEffects.hasAttemptedSend = true;
  }
  return jobs.enqueue({ ...job, service: channel.service });
}

function writeAccepted(response: ServiceResponse, job: JobStatus, isAsync: boolean): void {
  response.statusCode = 202;
  Object.assign(response.headers, {
    location: formatJobPath(job),
    'retry-after': RETRY_AFTER_SECONDS,
    'cache-control': 'no-store',
    ...(isAsync && { 'preference-applied': 'respond-async' }),
  });
}

/** Waits until the job has ended, the time of the client has passed, or the client has disconnected. */
async function waitForJob(
  jobs: JobSubmitter,
  job: JobStatus,
  { exchange, waitMs }: { readonly exchange: RequestContext; readonly waitMs: number },
): Promise<JobStatus> {
  if (waitMs === 0) return job;
  const scope = new CancelScope(Deadline.in(waitMs), () => new DeadlineExceededError(job.service, waitMs));
  const work = getDisconnectScopes(exchange.request.raw.socket).add(scope);
  try {
    return await pollJob(jobs, job, scope);
  } finally {
    scope.close();
    work.delete(scope);
  }
}

async function pollJob(jobs: JobSubmitter, job: JobStatus, { signal }: CancelScope): Promise<JobStatus> {
  let latest = job;
  for (let pauseMs = MIN_POLL_INTERVAL_MS; !hasEnded(latest); pauseMs = Math.min(pauseMs * 2, MAX_POLL_INTERVAL_MS)) {
    await pause(pauseMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return latest;
    latest = (await jobs.find(job.id)) ?? latest;
  }
  return latest;
}
