import { createServer } from 'node:http';
import { isCorrelationId, newCorrelationId } from '@trunkline/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { JobAccess } from './async/job-access';
import { answerJobs, pathsOfJobs } from './async/job-route';
import { authentication } from './authentication/authentication';
import { readJsonBodies } from './body/json-bodies';
import { type Channel, type ChannelRoute, placeholdersOf, routerPathOf } from './channel';
import { type ChannelPath, ChannelPaths, type PathOfChannel } from './channel-paths';
import { type ChannelHandler } from './channel-handler';
import { answerPreflight, corsStep } from './cors';
import { deprecationStep } from './deprecation';
import { refusalOf } from './edge/admit';
import { type Head, readHead } from './edge/head';
import type { Edge } from './edge/edge';
import { explainErrors } from './error-pages';
import type { FailureReply } from './failure-reply';
import { guard, type GuardedRequest, type GuardStep, negotiation } from './guard';
import { serveOpenApi, serviceLinks, type ServedOpenApi } from './openapi/serve-openapi';
import { answerHealth, type ConnectionHealth } from './health';
import { trustOf } from './proxy-section';
import type { RateLimiter } from './rate-limit/rate-limiter';
import { offerCompression } from './representation/compression';
import type { HttpOptions } from './section';

// Looked up once. What another lib exports is a getter of an object that V8 keeps as a hash table: 0.1 µs each time.
const isId = isCorrelationId;
const newId = newCorrelationId;

const LONGEST_PARAMETER = 1_024;
const NO_POLICY: ChannelPath['cors'] = new Map();

/** What a front is made of. */
export interface FrontParts {
  readonly edge: Edge;
  readonly http: HttpOptions;
  readonly channels: readonly Channel[];
  readonly handlerOf: (channel: Channel) => ChannelHandler;
  readonly failures: FailureReply;
  readonly limiter: RateLimiter;
  /** Where the pages of the errors are; `undefined` when they are elsewhere. */
  readonly errorPagesAt: string | undefined;
  readonly jobs: JobAccess;
  /** The description of the channels; `undefined`: the bus has none. */
  readonly openApi: ServedOpenApi | undefined;
  /** Asks all outgoing connections at once how they are. Has an end, and does not reject. */
  readonly askConnections: () => Promise<readonly ConnectionHealth[]>;
}

/** The correlation id of a request: the caller's own, if it is one, else a new one. */
export function correlationIdOf(request: { readonly headers: Readonly<Record<string, unknown>> }): string {
  const own = request.headers['x-request-id'];
  return typeof own === 'string' && isCorrelationId(own) ? own : newCorrelationId();
}

/**
 * Builds the Fastify instance that holds the channels. It never listens: the edge hands it requests once it is ready.
 *
 * The hooks that guard channels are the only ones on it, and a new configuration is a new front.
 */
export async function buildFront(parts: FrontParts): Promise<FastifyInstance> {
  // Loaded by a bus that runs: whatever else reads the sections of channels does without.
  const { fastify } = await import('fastify');
  const front = fastify({
    // The edge owns the listener; Fastify wants a server to attach itself to.
    serverFactory: () => createServer(),
    // Admission reads the head once for all that is decided by it, the id included.
    genReqId: () => '',
    bodyLimit: parts.http.bodyLimit,
    trustProxy: trustOf(parts.http.trustProxy),
    exposeHeadRoutes: true,
    routerOptions: { caseSensitive: true, ignoreTrailingSlash: false, maxParamLength: LONGEST_PARAMETER },
    frameworkErrors: (error, request, reply) => {
      identify(request, readHead(request.raw.rawHeaders));
      parts.failures.send(error, request, reply);
    },
  });
  front.setErrorHandler((error, request, reply) => parts.failures.send(error, request, reply));
  front.decorateRequest('startedAtMs', 0);
  front.decorateRequest('head');
  front.decorateRequest('answerHeaders');
  front.decorateRequest('caller');
  front.decorateRequest('authenticationMs', 0);
  front.addHook('onRequest', admission(parts));
  readJsonBodies(front, parts.http);
  await offerCompression(front);
  answerHealth(front, {
    readiness: parts.edge,
    askConnections: parts.askConnections,
    handOn: (request, reply) => handOn(parts.edge, request, reply),
  });
  answerJobs(front, parts);
  if (parts.errorPagesAt !== undefined) {
    const links = parts.openApi && serviceLinks(parts.openApi.at);
    explainErrors(front, parts.failures.catalogue, { at: parts.errorPagesAt, links });
  }
  for (const channel of parts.channels) addChannel(front, parts, channel);
  if (parts.openApi) serveOpenApi(front, parts.openApi);
  await front.ready();
  return front;
}

/** The first step of every request: let in, hand on, or refuse. */
function admission(parts: FrontParts) {
  const { edge, failures } = parts;
  const paths = new ChannelPaths([...parts.channels, ...ownPaths(parts)], LONGEST_PARAMETER);
  return (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const head = readHead(request.raw.rawHeaders);
    identify(request, head);
    const refusal = refusalOf(request.raw, head);
    if (refusal) failures.send(refusal, request, reply);
    else if (request.is404) unrouted(request, reply, { edge, path: pathOf(request, paths) });
    else done();
  };
}

/** `OPTIONS *` asks what the bus takes at all (RFC 9110 §9.3.7). */
function pathOf({ url, method }: FastifyRequest, paths: ChannelPaths): ChannelPath | undefined {
  return url === '*' && method === 'OPTIONS' ? { allow: paths.allow, cors: NO_POLICY } : paths.find(url);
}

/** What the bus itself answers, whoever asks. */
function ownPaths({ channels, openApi, errorPagesAt }: FrontParts): PathOfChannel[] {
  const paths = ['/health/live', '/health/ready', openApi?.at.document, openApi?.at.docs];
  if (errorPagesAt !== undefined) paths.push(`${errorPagesAt}{slug}`);
  const open = paths.flatMap((path) => (path === undefined ? [] : [{ path, method: 'GET', cors: undefined }]));
  return [...open, ...pathsOfJobs(channels)];
}

function identify(request: FastifyRequest, head: Head): void {
  const { requestId } = head;
  request.id = requestId !== undefined && isId(requestId) ? requestId : newId();
  request.head = head;
  request.startedAtMs = performance.now();
}

/** No channel takes the request: whoever is behind the edge may, and is told what to say of the path if not. */
function unrouted(
  request: FastifyRequest,
  reply: FastifyReply,
  { edge, path }: { readonly edge: Edge; readonly path: ChannelPath | undefined },
): void {
  if (path && request.method === 'OPTIONS') {
    answerPreflight(reply, request.raw, path.cors);
    reply.code(204).headers({ allow: path.allow, 'x-request-id': request.id }).send();
    return;
  }
  if (path) edge.allowOnly(request.raw, path.allow);
  handOn(edge, request, reply);
}

/** What is behind the edge answers with the same correlation id. */
function handOn(edge: Edge, { id, raw }: Pick<FastifyRequest, 'id' | 'raw'>, reply: FastifyReply): void {
  reply.hijack();
  raw.headers['x-request-id'] = id;
  reply.raw.setHeader('x-request-id', id);
  edge.passOn(raw, reply.raw);
}

function addChannel(front: FastifyInstance, parts: FrontParts, channel: Channel): void {
  front.route<ChannelRoute>({
    method: channel.method,
    url: routerPathOf(channel.path),
    config: { channel: channel.name, errors: channel.errors },
    onRequest: guarded(parts, channel),
    handler: parts.handlerOf(channel),
  });
}

/** What stands between the head of a request and its body: is it this channel's, and what has it to pass? */
function guarded({ edge, failures, limiter }: FrontParts, channel: Channel) {
  const hasPlaceholders = placeholdersOf(channel.path).length > 0;
  const pass = guard([...stepsOf(channel, edge, limiter), ...bodySteps(edge, channel, failures)], failures);
  return (request: GuardedRequest, reply: FastifyReply, done: () => void): void => {
    if (hasPlaceholders && !isWhole(request.params)) handOn(edge, request, reply);
    else pass(request, reply, done);
  };
}

/** In the order in which a request takes them: what marks every answer comes before what may refuse. */
function stepsOf(channel: Channel, { maintenance }: Edge, limiter: RateLimiter): GuardStep[] {
  const { name, cors, deprecation, gate, rateLimits } = channel;
  return [
    maintenance.step(name),
    ...(deprecation ? [deprecationStep(deprecation)] : []),
    ...(cors ? [corsStep(cors)] : []),
    ...(gate ? [authentication(channel)] : []),
    ...(rateLimits.length > 0 ? [limiter.stepOf(name, rateLimits)] : []),
    negotiation(channel),
  ];
}

/** What stands right before the body of a channel that has one. */
function bodySteps({ bodies }: Edge, { method }: Channel, failures: FailureReply): GuardStep[] {
  return method === 'GET' ? [] : [bodies.step(failures)];
}

/** The router lets a placeholder take nothing, so that `/things/` would be `/things/{id}`: another path, of no channel. */
function isWhole(params: ChannelRoute['Params']): boolean {
  for (const name in params) if (params[name] === '') return false;
  return true;
}
