import { createServer } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { channelFeatures, type FeatureDependencies, type FeatureOptions } from '../features';
import { registerJobRoute, listJobPaths } from '../features/async/job-route';
import {
  checkRequestHead,
  type ConnectionHealth,
  createOnRequestHook,
  type HttpListener,
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
import { createRequestHandler, type RequestHandler } from './request-handler';
import { setPreflightHeaders } from '../features/cors/cors';
import { registerOpenApiRoutes, formatServiceLinks, type ServedOpenApi } from '../openapi/openapi-routes';
import type { HttpOptions } from './section';

// Looked up once. What another lib exports is a getter of an object that V8 keeps as a hash table: 0.1 µs each time.
const resolveId = resolveCorrelationId;

const MAX_PARAMETER_LENGTH = 1_024;
const NO_CORS_POLICIES: IndexedPath['cors'] = new Map();

type RestChannel = Channel<FeatureOptions>;

/** What a front is made of. */
export interface RestServerOptions extends FeatureDependencies {
  readonly http: HttpOptions;
  readonly channels: readonly RestChannel[];
  /** Where the pages of the errors are; `undefined` when they are elsewhere. */
  readonly errorPagesPath: string | undefined;
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
  const paths = new PathIndex(
    [...parts.channels.map(({ options }) => options), ...listBuiltInRoutes(parts)],
    MAX_PARAMETER_LENGTH,
  );
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

function registerChannel(server: FastifyInstance, options: RestServerOptions, channel: RestChannel): void {
  const { name } = channel;
  const { method, path, errors: errorFormat } = channel.options;
  server.route<RouteGeneric>({
    method,
    url: toRouterPath(path),
    config: { channel: name, errorFormat, logFields: { channel: name } },
    onRequest: createChannelHook(options, channel),
    handler: createHandler(options, channel),
  });
}

/** The steps from the head of a request to its body. */
function createChannelHook(options: RestServerOptions, channel: RestChannel) {
  const { listener, errorResponder } = options;
  const hasPlaceholders = listPlaceholders(channel.options.path).length > 0;
  const steps = channelFeatures.flatMap((feature) => feature.onRequest?.(channel, options) ?? []);
  const pass = createOnRequestHook(steps, errorResponder);
  return (request: RoutedRequest, reply: FastifyReply, done: () => void): void => {
    if (hasPlaceholders && !hasAllParameters(request.params)) fallThrough(listener, request, reply);
    else pass(request, reply, done);
  };
}

/** The steps from a parsed request to its response. */
function createHandler(options: RestServerOptions, channel: RestChannel): RequestHandler {
  const invoke = createRequestHandler(channel, options.invokers.create(channel), options.errorResponder);
  return channelFeatures.reduceRight((next, feature) => feature.aroundInvoke?.(next, channel, options) ?? next, invoke);
}

/** The router lets a placeholder take nothing, so that `/things/` would be `/things/{id}`: another path, of no channel. */
function hasAllParameters(params: RouteGeneric['Params']): boolean {
  for (const name in params) if (params[name] === '') return false;
  return true;
}
