import { createServer } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { JobSubmitter } from '@trunkline/service';
import { registerJobRoute, listJobPaths } from '../features/async/job-route';
import { createAuthenticationStep } from '../features/authentication/authentication';
import {
  checkRequestHead,
  type ConnectionHealth,
  createOnRequestHook,
  type ErrorResponder,
  type HttpListener,
  type OnRequestStep,
  parseRequestHead,
  registerCompression,
  registerErrorPages,
  registerHealthRoutes,
  registerJsonBodyParser,
  type RequestHead,
  resolveCorrelationId,
  type RoutedRequest,
  type RouteGeneric,
  toFastifyTrustProxy,
} from '@trunkline/http-server';
import { type Channel, listPlaceholders, toRouterPath } from './channel';
import { type IndexedPath, PathIndex, type IndexedRoute } from './path-index';
import { type RequestHandler } from './request-handler';
import { setPreflightHeaders, createCorsStep } from '../features/cors/cors';
import { createDeprecationStep } from '../features/deprecation/deprecation';
import { createNegotiationStep } from '../features/negotiation/negotiation';
import { registerOpenApiRoutes, formatServiceLinks, type ServedOpenApi } from '../openapi/openapi-routes';
import type { RateLimiter } from '../features/rate-limit/rate-limiter';
import type { HttpOptions } from './section';

// Looked up once. What another lib exports is a getter of an object that V8 keeps as a hash table: 0.1 µs each time.
const resolveId = resolveCorrelationId;

const MAX_PARAMETER_LENGTH = 1_024;
const NO_CORS_POLICIES: IndexedPath['cors'] = new Map();

/** What a front is made of. */
export interface RestServerOptions {
  readonly listener: HttpListener;
  readonly http: HttpOptions;
  readonly channels: readonly Channel[];
  readonly createHandler: (channel: Channel) => RequestHandler;
  readonly errorResponder: ErrorResponder;
  readonly rateLimiter: RateLimiter;
  /** Where the pages of the errors are; `undefined` when they are elsewhere. */
  readonly errorPagesPath: string | undefined;
  readonly jobs: JobSubmitter;
  /** The description of the channels; `undefined`: the bus has none. */
  readonly openApi: ServedOpenApi | undefined;
  /** Asks all outgoing connections at once how they are. Has an end, and does not reject. */
  readonly checkConnections: () => Promise<readonly ConnectionHealth[]>;
}

/**
 * Builds the Fastify instance that holds the channels. It never listens: the edge hands it requests once it is ready.
 *
 * The hooks that guard channels are the only ones on it, and a new configuration is a new front.
 */
export async function createRestServer(parts: RestServerOptions): Promise<FastifyInstance> {
  // Loaded by a bus that runs: whatever else reads the sections of channels does without.
  const { fastify } = await import('fastify');
  const front = fastify({
    // The edge owns the listener; Fastify wants a server to attach itself to.
    serverFactory: () => createServer(),
    // Admission reads the head once for all that is decided by it, the id included.
    genReqId: () => '',
    bodyLimit: parts.http.bodyLimit,
    trustProxy: toFastifyTrustProxy(parts.http.trustProxy),
    exposeHeadRoutes: true,
    routerOptions: { caseSensitive: true, ignoreTrailingSlash: false, maxParamLength: MAX_PARAMETER_LENGTH },
    frameworkErrors: (error, request, reply) => {
      initializeRequest(request, parseRequestHead(request.raw.rawHeaders));
      parts.errorResponder.send(error, request, reply);
    },
  });
  front.setErrorHandler((error, request, reply) => parts.errorResponder.send(error, request, reply));
  front.decorateRequest('startedAtMs', 0);
  front.decorateRequest('head');
  front.decorateRequest('responseHeaders');
  front.decorateRequest('caller');
  front.decorateRequest('authenticationMs', 0);
  front.addHook('onRequest', createAdmissionHook(parts));
  registerJsonBodyParser(front, parts.http);
  await registerCompression(front);
  registerHealthRoutes(front, {
    readiness: parts.listener,
    checkConnections: parts.checkConnections,
    fallThrough: (request, reply) => fallThrough(parts.listener, request, reply),
  });
  registerJobRoute(front, parts);
  if (parts.errorPagesPath !== undefined) {
    const linkHeader = parts.openApi && formatServiceLinks(parts.openApi.paths);
    registerErrorPages(front, parts.errorResponder.catalogue, { basePath: parts.errorPagesPath, linkHeader });
  }
  for (const channel of parts.channels) registerChannel(front, parts, channel);
  if (parts.openApi) registerOpenApiRoutes(front, parts.openApi);
  await front.ready();
  return front;
}

/** The first step of every request: let in, hand on, or refuse. */
function createAdmissionHook(parts: RestServerOptions) {
  const { listener, errorResponder } = parts;
  const paths = new PathIndex([...parts.channels, ...listBuiltInRoutes(parts)], MAX_PARAMETER_LENGTH);
  return (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const head = parseRequestHead(request.raw.rawHeaders);
    initializeRequest(request, head);
    const refusal = checkRequestHead(request.raw, head);
    if (refusal) errorResponder.send(refusal, request, reply);
    else if (request.is404) handleUnrouted(request, reply, { edge: listener, path: findIndexedPath(request, paths) });
    else done();
  };
}

/** `OPTIONS *` asks what the bus takes at all (RFC 9110 §9.3.7). */
function findIndexedPath({ url, method }: FastifyRequest, paths: PathIndex): IndexedPath | undefined {
  return url === '*' && method === 'OPTIONS' ? { allow: paths.allow, cors: NO_CORS_POLICIES } : paths.find(url);
}

/** What the bus itself answers, whoever asks. */
function listBuiltInRoutes({ channels, openApi, errorPagesPath }: RestServerOptions): IndexedRoute[] {
  const paths = ['/health/live', '/health/ready', openApi?.paths.document, openApi?.paths.docs];
  if (errorPagesPath !== undefined) paths.push(`${errorPagesPath}{slug}`);
  const open = paths.flatMap((path) => (path === undefined ? [] : [{ path, method: 'GET', cors: undefined }]));
  return [...open, ...listJobPaths(channels)];
}

function initializeRequest(request: FastifyRequest, head: RequestHead): void {
  request.id = resolveId(head.requestId);
  request.head = head;
  request.startedAtMs = performance.now();
}

/** No channel takes the request: whoever is behind the edge may, and is told what to say of the path if not. */
function handleUnrouted(
  request: FastifyRequest,
  reply: FastifyReply,
  { edge, path }: { readonly edge: HttpListener; readonly path: IndexedPath | undefined },
): void {
  if (path && request.method === 'OPTIONS') {
    setPreflightHeaders(reply, request.raw, path.cors);
    reply.code(204).headers({ allow: path.allow, 'x-request-id': request.id }).send();
    return;
  }
  if (path) edge.setAllowedMethods(request.raw, path.allow);
  fallThrough(edge, request, reply);
}

/** What is behind the edge answers with the same correlation id. */
function fallThrough(edge: HttpListener, { id, raw }: Pick<FastifyRequest, 'id' | 'raw'>, reply: FastifyReply): void {
  reply.hijack();
  raw.headers['x-request-id'] = id;
  reply.raw.setHeader('x-request-id', id);
  edge.callFallback(raw, reply.raw);
}

function registerChannel(front: FastifyInstance, parts: RestServerOptions, channel: Channel): void {
  const { name } = channel;
  front.route<RouteGeneric>({
    method: channel.method,
    url: toRouterPath(channel.path),
    config: { channel: name, errorFormat: channel.errorFormat, logFields: { channel: name } },
    onRequest: createChannelHook(parts, channel),
    handler: parts.createHandler(channel),
  });
}

/** What stands between the head of a request and its body: is it this channel's, and what has it to pass? */
function createChannelHook({ listener, errorResponder, rateLimiter }: RestServerOptions, channel: Channel) {
  const hasPlaceholders = listPlaceholders(channel.path).length > 0;
  const pass = createOnRequestHook(
    [...createSteps(channel, listener, rateLimiter), ...createBodySteps(listener, channel, errorResponder)],
    errorResponder,
  );
  return (request: RoutedRequest, reply: FastifyReply, done: () => void): void => {
    if (hasPlaceholders && !hasAllParameters(request.params)) fallThrough(listener, request, reply);
    else pass(request, reply, done);
  };
}

/** In the order in which a request takes them: what marks every answer comes before what may refuse. */
function createSteps(channel: Channel, { maintenance }: HttpListener, limiter: RateLimiter): OnRequestStep[] {
  const { name, cors, deprecation, authenticator, rateLimits } = channel;
  return [
    maintenance.createStep(name),
    ...(deprecation ? [createDeprecationStep(deprecation)] : []),
    ...(cors ? [createCorsStep(cors)] : []),
    ...(authenticator ? [createAuthenticationStep(channel)] : []),
    ...(rateLimits.length > 0 ? [limiter.createStep(name, rateLimits)] : []),
    createNegotiationStep(channel),
  ];
}

/** What stands right before the body of a channel that has one. */
function createBodySteps({ bodyBudget }: HttpListener, { method }: Channel, failures: ErrorResponder): OnRequestStep[] {
  return method === 'GET' ? [] : [bodyBudget.createStep(failures)];
}

/** The router lets a placeholder take nothing, so that `/things/` would be `/things/{id}`: another path, of no channel. */
function hasAllParameters(params: RouteGeneric['Params']): boolean {
  for (const name in params) if (params[name] === '') return false;
  return true;
}
