import { BusError, classify, createFailure } from '@trunkline/failures';
import type { Authenticator } from '@trunkline/security';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { tryAuthenticate } from '../authentication/authentication';
import type { Channel } from '../../rest/channel';
import type { IndexedRoute } from '../../rest/path-index';
import { createCorsHeaders, resolveCorsPolicy } from '../cors/cors';
import { type ErrorResponder, sendJson } from '@trunkline/http-server';
import type { JobStatus, JobSubmitter } from '@trunkline/service';
import { toJobDocument, hasEnded, RETRY_AFTER_SECONDS } from './job-document';
import { toOwnerCaller, parseOwner } from './job-owner';

/** What is looked up is an id, never a pattern. */
const JOB_ID = /^[\w.@~-]{1,512}$/;

/** What jobs are told of by. */
export interface JobRouteOptions {
  readonly channels: readonly Channel[];
  readonly jobs: JobSubmitter;
  readonly errorResponder: ErrorResponder;
}

/**
 * `GET /jobs/{id}`: how a job stands that a channel was given, or a composite that was made for it, under the security of that
 * channel, to the caller who made it, and for the pages that may read the channel. To others there is no such job, whether there is
 * one or not.
 */
export function registerJobRoute(front: FastifyInstance, { channels, jobs, errorResponder }: JobRouteOptions): void {
  if (channels.every(({ async }) => async === 'never')) return;
  const byName = new Map(channels.map((channel) => [channel.name, channel]));
  const makerOf = (job: JobStatus) => byName.get(parseOwner(job.owner)?.channel ?? '');
  const policies = channels.flatMap(({ cors }) => cors ?? []);
  const gated = new Map(
    channels.flatMap((channel) => (channel.authenticator ? [[channel.authenticator, channel] as const] : [])),
  );
  front.get<{ Params: { id: string } }>('/jobs/:id', async (request, reply) => {
    const { params, headers } = request;
    // What a stranger is told must not depend on whether there is such a job, nor on whose it is.
    const anyPolicy = resolveCorsPolicy(headers.origin, policies);
    request.responseHeaders = anyPolicy && createCorsHeaders(anyPolicy, headers.origin);
    const job = JOB_ID.test(params.id) ? await jobs.find(params.id) : undefined;
    const maker = job && makerOf(job);
    if (!maker || !(await isOwner(request, job, maker))) throw await findNonOwnerFailure(request, gated);
    reply.headers({ ...(maker.cors && createCorsHeaders(maker.cors, headers.origin)), 'cache-control': 'no-store' });
    if (!hasEnded(job)) reply.header('retry-after', RETRY_AFTER_SECONDS);
    return sendJson(reply, toJobDocument(job, errorResponder));
  });
}

/** Where jobs are asked for, under the policy of each channel that may make some; nothing where {@link registerJobRoute} has no route. */
export function listJobPaths(channels: readonly Channel[]): IndexedRoute[] {
  const isAsync = channels.some(({ async }) => async !== 'never');
  return isAsync ? channels.map(({ cors }) => ({ path: '/jobs/{id}', method: 'GET', cors })) : [];
}

async function isOwner(request: FastifyRequest, job: JobStatus, maker: Channel): Promise<boolean> {
  const caller = await tryAuthenticate(request, maker);
  return !(caller instanceof BusError) && parseOwner(job.owner)?.caller === toOwnerCaller(caller);
}

/**
 * What a client is told for whom there is no job of an id. Whether its credentials can be checked at all, whether they have expired, and
 * whether too many have been wrong is asked of every gate, so that it does not depend on the id.
 */
async function findNonOwnerFailure(
  request: FastifyRequest,
  gated: ReadonlyMap<Authenticator, Channel>,
): Promise<unknown> {
  const outcomes = await Promise.all([...gated.values()].map((channel) => tryAuthenticate(request, channel)));
  const refusals = outcomes.filter((outcome) => outcome instanceof BusError);
  const isUnknown = refusals.length === outcomes.length && refusals.every(({ status }) => status !== 403);
  const told = [...refusals, ...(isUnknown ? await countFailedAuthentication(request, gated, refusals) : [])].find(
    isVisibleToNonOwners,
  );
  return told ?? createFailure('JOB_NOT_FOUND');
}

/** Wrong credentials count once, however many gates have refused them. */
async function countFailedAuthentication(
  request: FastifyRequest,
  gated: ReadonlyMap<Authenticator, Channel>,
  [first, ...others]: readonly BusError[],
): Promise<readonly BusError[]> {
  const [gate] = gated.keys();
  if (!gate || !first) return [];
  try {
    return await gate.reject([first, ...others], { ip: request.ip });
  } catch (thrown) {
    return [classify(thrown)];
  }
}

function isVisibleToNonOwners({ code, status }: BusError): boolean {
  return code === 'TOKEN_EXPIRED' || (status !== 401 && status !== 403);
}
