import { BusError, classify, createFailure } from '@trunkline/failures';
import { type ErrorResponder, sendJson } from '@trunkline/http-server';
import type { Authenticator, SecurityDefinitions } from '@trunkline/security';
import type { JobStatus, JobSubmitter } from '@trunkline/service';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Channel } from '../../http/channel';
import type { IndexedRoute } from '../../http/path-index';
import { type AuthenticatedChannel, tryAuthenticate } from '../authentication/authentication';
import { type AuthenticationOptions, findAuthenticator } from '../authentication/channel-authenticator';
import { type CorsOptions, type CorsPolicy, createCorsHeaders, resolveCorsPolicy } from '../cors/cors';
import type { AsyncOptions } from './async-options';
import { hasEnded, RETRY_AFTER_SECONDS, toJobDocument } from './job-document';
import { parseOwner, toOwnerCaller } from './job-owner';

/** The store looks up an id, never a pattern. */
const JOB_ID = /^[\w.@~-]{1,512}$/;

type ClientChannel = Channel<AsyncOptions & AuthenticationOptions & CorsOptions>;

/** What the route of jobs is made of. */
export interface JobRouteOptions {
  readonly channels: readonly ClientChannel[];
  readonly jobs: JobSubmitter;
  readonly security: SecurityDefinitions;
  readonly errorResponder: ErrorResponder;
}

/** A channel whose clients may own jobs. */
interface OwnerChannel {
  readonly name: string;
  readonly timeoutMs: number;
  readonly authenticator: Authenticator | undefined;
  readonly cors: CorsPolicy | undefined;
}

/**
 * `GET /jobs/{id}`: the state of a job that a client submitted to a channel, or of a composite job of its request. The security and the
 * CORS policy of that channel apply, and the caller has to be the same. Other callers get the same response as for an unknown id.
 */
export function registerJobRoute(
  server: FastifyInstance,
  { channels, jobs, security, errorResponder }: JobRouteOptions,
): void {
  if (!hasAsyncChannel(channels)) return;
  const owners = channels.map((channel) => toOwnerChannel(channel, security));
  const ownersByName = new Map(owners.map((owner) => [owner.name, owner]));
  const findOwner = (job: JobStatus) => ownersByName.get(parseOwner(job.owner)?.channel ?? '');
  const policies = owners.flatMap(({ cors }) => cors ?? []);
  const authenticated = selectAuthenticatedChannels(owners);
  server.get<{ Params: { id: string } }>('/jobs/:id', async (request, reply) => {
    const { params, headers } = request;
    // The response to other callers must not depend on the existence of the job, nor on its owner.
    const anyPolicy = resolveCorsPolicy(headers.origin, policies);
    request.responseHeaders = anyPolicy && createCorsHeaders(anyPolicy, headers.origin);
    const job = JOB_ID.test(params.id) ? await jobs.find(params.id) : undefined;
    const owner = job && findOwner(job);
    if (!owner || !(await isOwner(request, job, owner))) throw await findNonOwnerFailure(request, authenticated);
    reply.headers({ ...(owner.cors && createCorsHeaders(owner.cors, headers.origin)), 'cache-control': 'no-store' });
    if (!hasEnded(job)) reply.header('retry-after', RETRY_AFTER_SECONDS);
    return sendJson(reply, toJobDocument(job, errorResponder));
  });
}

/** Lists the route of {@link registerJobRoute} once per channel, each with the CORS policy of the channel. */
export function listJobPaths(channels: readonly ClientChannel[]): IndexedRoute[] {
  if (!hasAsyncChannel(channels)) return [];
  return channels.map(({ options: { cors } }) => ({ path: '/jobs/{id}', method: 'GET', cors }));
}

function hasAsyncChannel(channels: readonly ClientChannel[]): boolean {
  return channels.some(({ options }) => options.async !== false);
}

function toOwnerChannel(channel: ClientChannel, security: SecurityDefinitions): OwnerChannel {
  const { name, timeoutMs, options } = channel;
  return { name, timeoutMs, authenticator: findAuthenticator(channel, security), cors: options.cors };
}

/** One channel of each authenticator: channels with the same security share one. */
function selectAuthenticatedChannels(channels: readonly OwnerChannel[]): readonly AuthenticatedChannel[] {
  const byAuthenticator = new Map<Authenticator, AuthenticatedChannel>();
  for (const { authenticator, ...channel } of channels)
    if (authenticator) byAuthenticator.set(authenticator, { ...channel, authenticator });
  return [...byAuthenticator.values()];
}

async function isOwner(request: FastifyRequest, job: JobStatus, channel: OwnerChannel): Promise<boolean> {
  const { authenticator } = channel;
  const caller = authenticator && (await tryAuthenticate(request, { ...channel, authenticator }));
  return !(caller instanceof BusError) && parseOwner(job.owner)?.caller === toOwnerCaller(caller);
}

/**
 * Finds the failure for a client that does not own a job of the id. All authenticators of the bus check its credentials, so that the
 * response is the same for every id: whether credentials can be checked now, have expired, or were wrong too often.
 */
async function findNonOwnerFailure(
  request: FastifyRequest,
  channels: readonly AuthenticatedChannel[],
): Promise<unknown> {
  const outcomes = await Promise.all(channels.map((channel) => tryAuthenticate(request, channel)));
  const rejections = outcomes.filter((outcome) => outcome instanceof BusError);
  const isUnknown = rejections.length === outcomes.length && rejections.every(({ status }) => status !== 403);
  const counted = isUnknown ? await countFailedAuthentication(request, channels, rejections) : [];
  return [...rejections, ...counted].find(isVisibleToNonOwners) ?? createFailure('JOB_NOT_FOUND');
}

/** Wrong credentials count once, however many authenticators have rejected them. */
async function countFailedAuthentication(
  request: FastifyRequest,
  [channel]: readonly AuthenticatedChannel[],
  [first, ...others]: readonly BusError[],
): Promise<readonly BusError[]> {
  if (!channel || !first) return [];
  try {
    return await channel.authenticator.reject([first, ...others], { ip: request.ip });
  } catch (thrown) {
    return [classify(thrown)];
  }
}

function isVisibleToNonOwners({ code, status }: BusError): boolean {
  return code === 'TOKEN_EXPIRED' || (status !== 401 && status !== 403);
}
