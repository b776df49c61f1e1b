import type { IncomingMessage } from 'node:http';
import { failureOf } from '@trunkline/failures';
import type { FastifyInstance } from 'fastify';
import type { Channel } from '../channel';
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
 * `GET /jobs/{id}`: how a job stands that a channel was given, or a composite that was made for it, under the security of that channel and to the caller who made it.
 * To others there is no such job.
 */
export function answerJobs(front: FastifyInstance, { channels, jobs, failures }: JobRouteParts): void {
  if (channels.every(({ async }) => async === 'never')) return;
  const byName = new Map(channels.map((channel) => [channel.name, channel]));
  front.get<{ Params: { id: string } }>('/jobs/:id', async ({ params: { id }, raw }, reply) => {
    const job = ID.test(id) ? await jobs.find(id) : undefined;
    if (!job || !(await isOwnedBy(raw, job, byName))) throw failureOf('JOB_NOT_FOUND');
    reply.header('cache-control', 'no-store');
    if (!hasEnded(job)) reply.header('retry-after', RETRY_AFTER);
    return sendJson(reply, documentOf(job, failures));
  });
}

/** @throws {BusError} of the gate of the channel, for a request that it does not let in */
async function isOwnedBy(request: IncomingMessage, job: JobReport, byName: ReadonlyMap<string, Channel>) {
  const owner = ownerOf(job.owner);
  const channel = byName.get(owner?.channel ?? '');
  if (!channel) return false;
  return owner?.caller === callerText(await channel.gate?.admit(request));
}
