import { BusError, classify, failureOf } from '@trunkline/failures';
import type { Gate } from '@trunkline/security';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { identify } from '../authentication/authentication';
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
 * channel, to the caller who made it, and for the pages that may read the channel. To others there is no such job, whether there is
 * one or not.
 */
export function answerJobs(front: FastifyInstance, { channels, jobs, failures }: JobRouteParts): void {
  if (channels.every(({ async }) => async === 'never')) return;
  const byName = new Map(channels.map((channel) => [channel.name, channel]));
  const makerOf = (job: JobReport) => byName.get(ownerOf(job.owner)?.channel ?? '');
  const policies = channels.flatMap(({ cors }) => cors ?? []);
  const gated = new Map(channels.flatMap((channel) => (channel.gate ? [[channel.gate, channel] as const] : [])));
  front.get<{ Params: { id: string } }>('/jobs/:id', async (request, reply) => {
    const { params, headers } = request;
    // What a stranger is told must not depend on whether there is such a job, nor on whose it is.
    const anyPolicy = policyFor(headers.origin, policies);
    request.answerHeaders = anyPolicy && corsHeaders(anyPolicy, headers.origin);
    const job = ID.test(params.id) ? await jobs.find(params.id) : undefined;
    const maker = job && makerOf(job);
    if (!maker || !(await isMadeBy(request, job, maker))) throw await findStrangerFailure(request, gated);
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

async function isMadeBy(request: FastifyRequest, job: JobReport, maker: Channel): Promise<boolean> {
  const caller = await identify(request, maker);
  return !(caller instanceof BusError) && ownerOf(job.owner)?.caller === callerText(caller);
}

/**
 * What a client is told for whom there is no job of an id. Whether its credentials can be checked at all, whether they have expired, and
 * whether too many have been wrong is asked of every gate, so that it does not depend on the id.
 */
async function findStrangerFailure(request: FastifyRequest, gated: ReadonlyMap<Gate, Channel>): Promise<unknown> {
  const outcomes = await Promise.all([...gated.values()].map((channel) => identify(request, channel)));
  const refusals = outcomes.filter((outcome) => outcome instanceof BusError);
  const isUnknown = refusals.length === outcomes.length && refusals.every(({ status }) => status !== 403);
  const told = [...refusals, ...(isUnknown ? await counted(request, gated, refusals) : [])].find(isForStrangers);
  return told ?? failureOf('JOB_NOT_FOUND');
}

/** Wrong credentials count once, however many gates have refused them. */
async function counted(
  request: FastifyRequest,
  gated: ReadonlyMap<Gate, Channel>,
  [first, ...others]: readonly BusError[],
): Promise<readonly BusError[]> {
  const [gate] = gated.keys();
  if (!gate || !first) return [];
  try {
    return await gate.refuse([first, ...others], { ip: request.ip });
  } catch (thrown) {
    return [classify(thrown)];
  }
}

function isForStrangers({ code, status }: BusError): boolean {
  return code === 'TOKEN_EXPIRED' || (status !== 401 && status !== 403);
}
