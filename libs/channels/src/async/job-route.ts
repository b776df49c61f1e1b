import type { IncomingMessage } from 'node:http';
import { failureOf } from '@trunkline/failures';
import type { FastifyInstance } from 'fastify';
import type { Channel } from '../channel';
import type { PathOfChannel } from '../channel-paths';
import { corsHeaders, policyFor } from '../cors';
import type { FailureReply } from '../failure-reply';
import { sendJson } from '../reply';
import type { JobAccess, JobReport } from './job-access';
import { documentOf, hasEnded, RETRY_AFTER } from './job-document';
import { callerText, ownerOf } from './job-owner';

/** What is looked up is an id, never a pattern. */
const ID = /^[\w.@~-]{1,512}$/;

/** What jobs are told of by. */
export interface JobRouteParts {
  readonly channels: readonly Channel[];
  readonly jobs: JobAccess;
  readonly failures: FailureReply;
}

/**
 * `GET /jobs/{id}`: how a job stands that a channel was given, or a composite that was made for it, under the security of that
 * channel, to the caller who made it, and for the pages that may read the channel. To others there is no such job.
 */
export function answerJobs(front: FastifyInstance, { channels, jobs, failures }: JobRouteParts): void {
  if (channels.every(({ async }) => async === 'never')) return;
  const byName = new Map(channels.map((channel) => [channel.name, channel]));
  const makerOf = (job: JobReport) => byName.get(ownerOf(job.owner)?.channel ?? '');
  const policies = channels.flatMap(({ cors }) => cors ?? []);
  front.get<{ Params: { id: string } }>('/jobs/:id', async (request, reply) => {
    const { params, raw, headers } = request;
    // A refusal must not tell whose job there is.
    const anyPolicy = policyFor(headers.origin, policies);
    request.answerHeaders = anyPolicy && corsHeaders(anyPolicy, headers.origin);
    const job = ID.test(params.id) ? await jobs.find(params.id) : undefined;
    const maker = job && makerOf(job);
    if (!maker || !(await isMadeBy(raw, job, maker))) throw failureOf('JOB_NOT_FOUND');
    reply.headers({ ...(maker.cors && corsHeaders(maker.cors, headers.origin)), 'cache-control': 'no-store' });
    if (!hasEnded(job)) reply.header('retry-after', RETRY_AFTER);
    return sendJson(reply, documentOf(job, failures));
  });
}

/** Where jobs are asked for, under the policy of each channel that may make some; nothing where {@link answerJobs} has no route. */
export function pathsOfJobs(channels: readonly Channel[]): PathOfChannel[] {
  const isAsync = channels.some(({ async }) => async !== 'never');
  return isAsync ? channels.map(({ cors }) => ({ path: '/jobs/{id}', method: 'GET', cors })) : [];
}

/** @throws {BusError} of the gate of the channel, for a request that it does not let in */
async function isMadeBy(request: IncomingMessage, job: JobReport, { gate }: Channel): Promise<boolean> {
  return ownerOf(job.owner)?.caller === callerText(await gate?.admit(request));
}
