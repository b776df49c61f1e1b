import type { IncomingMessage } from 'node:http';
import { BusError, classify, failureOf } from '@trunkline/failures';
import type { Caller, Gate } from '@trunkline/security';
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
 * channel, to the caller who made it, and for the pages that may read the channel. To others there is no such job, whether there is
 * one or not.
 */
export function answerJobs(front: FastifyInstance, { channels, jobs, failures }: JobRouteParts): void {
  if (channels.every(({ async }) => async === 'never')) return;
  const byName = new Map(channels.map((channel) => [channel.name, channel]));
  const makerOf = (job: JobReport) => byName.get(ownerOf(job.owner)?.channel ?? '');
  const policies = channels.flatMap(({ cors }) => cors ?? []);
  const gates = new Set(channels.flatMap(({ gate }) => gate ?? []));
  front.get<{ Params: { id: string } }>('/jobs/:id', async (request, reply) => {
    const { params, raw, headers } = request;
    // What a stranger is told must not depend on whether there is such a job, nor on whose it is.
    const anyPolicy = policyFor(headers.origin, policies);
    request.answerHeaders = anyPolicy && corsHeaders(anyPolicy, headers.origin);
    const job = ID.test(params.id) ? await jobs.find(params.id) : undefined;
    const maker = job && makerOf(job);
    if (!maker || !(await isMadeBy(raw, job, maker))) throw await strangerFailure(raw, gates);
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

async function isMadeBy(request: IncomingMessage, job: JobReport, { gate }: Channel): Promise<boolean> {
  if (!gate) return ownerOf(job.owner)?.caller === undefined;
  const caller = await admitted(gate, request);
  return !(caller instanceof Error) && ownerOf(job.owner)?.caller === callerText(caller);
}

/**
 * What a client is told for whom there is no job of an id. Whether its credentials can be checked at all, and whether they have
 * expired, is asked of every gate, so that it does not depend on the id.
 */
async function strangerFailure(request: IncomingMessage, gates: Iterable<Gate>): Promise<unknown> {
  const outcomes = await Promise.all([...gates].map((gate) => admitted(gate, request)));
  const told = outcomes.find((outcome) => outcome instanceof BusError && isForStrangers(outcome));
  return told ?? failureOf('JOB_NOT_FOUND');
}

function isForStrangers({ code, status }: BusError): boolean {
  return code === 'TOKEN_EXPIRED' || (status !== 401 && status !== 403);
}

/** The caller that a gate lets in, or why it lets nobody in. */
async function admitted(gate: Gate, request: IncomingMessage): Promise<Caller | Error> {
  try {
    return await gate.admit(request);
  } catch (thrown) {
    return classify(thrown);
  }
}
