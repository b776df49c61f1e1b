import { createServer } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { FeatureDependencies } from '../features';
import { registerJobRoute, listJobPaths } from '../features/async/job-route';
import {
  checkRequestHead,
  type ConnectionHealth,
  createOnRequestHook,
  isCoded,
  type HttpListener,
  JsonBodyReader,
  parseRequestHead,
  registerErrorPages,
  registerHealthRoutes,
  type RequestHead,
  resolveCorrelationId,
  type RoutedRequest,
  type RouteGeneric,
  toFastifyTrustProxy,
} from '@trunkline/http-server';
import { acceptsOnlyJson, listChannelFormats } from '../bodies/body-formats';
import { BodyReader } from '../bodies/body-reader';
import { listPlaceholders, toRouterPath } from './channel';
import type { RoutedChannel } from './create-channel';
import { dropHeadBody } from './head-response';
import { type IndexedPath, PathIndex, type IndexedRoute } from './path-index';
import { createRequestHandler, type RequestHandler } from './request-handler';
import { setPreflightHeaders } from '../features/cors/cors';
import { registerOpenApiRoutes, formatServiceLinks, type ServedOpenApi } from '../openapi/openapi-routes';
import { StreamResponder } from '../streams/stream-responder';
import type { HttpOptions } from './section';

const MAX_PARAMETER_LENGTH = 1_024;
const NO_CORS_POLICIES: IndexedPath['cors'] = new Map();

/** What the channel server is made of. */
export interface RestServerOptions extends FeatureDependencies {
  readonly http: HttpOptions;
  readonly channels: readonly RoutedChannel[];
  /** Path of the error pages; `undefined` where another host serves them. */
  readonly errorPagesPath: string | undefined;
  /** The OpenAPI document; `undefined`: none is served. */
  readonly openApi: ServedOpenApi | undefined;
  /** Pings all outgoing connections in parallel, within a time limit. Does not reject. */
  readonly checkConnections: () => Promise<readonly ConnectionHealth[]>;
}

/**
 * Creates the Fastify instance that holds the channels. It does not listen: the HTTP listener passes requests to it once it is ready.
 *
 * It has no other hooks than those of channels, and a new configuration creates a new instance.
 */
export async function createRestServer(options: RestServerOptions): Promise<FastifyInstance> {
  // Loaded here, since commands that only read the configuration need no Fastify.
  const { fastify } = await import('fastify');
  const server = fastify({
    // The HTTP listener has the socket; Fastify requires a server.
    serverFactory: () => createServer(),
    // The first hook parses the head once, the id included.
    genReqId: () => '',
    bodyLimit: options.http.bodyLimit,
    trustProxy: toFastifyTrustProxy(options.http.trustProxy),
    exposeHeadRoutes: true,
    routerOptions: { caseSensitive: true, ignoreTrailingSlash: false, maxParamLength: MAX_PARAMETER_LENGTH },
    frameworkErrors: (error, request, reply) => {
      initializeRequest(request, parseRequestHead(request.raw.rawHeaders));
      options.errorResponder.send(error, request, reply);
    },
  });
  server.setErrorHandler((error, request, reply) => options.errorResponder.send(error, request, reply));
  server.decorateRequest('startedAtMs', 0);
  server.decorateRequest('head');
  server.decorateRequest('responseHeaders');
  server.decorateRequest('caller');
  server.decorateRequest('bodyInput', 'members');
  server.decorateRequest('rawBody');
  server.decorateRequest('queryMembers');
  server.decorateRequest('unknownMembersDropped', 'nowhere');
  server.decorateRequest('authenticationMs', 0);
  server.addHook('onRequest', createAdmissionHook(options));
  registerHealthRoutes(server, {
    readiness: options.listener,
    checkConnections: options.checkConnections,
    fallThrough: (request, reply) => fallThrough(options.listener, request, reply),
  });
  registerJobRoute(server, options);
  if (options.errorPagesPath !== undefined) {
    const linkHeader = options.openApi && formatServiceLinks(options.openApi.paths);
    registerErrorPages(server, options.errorResponder.catalogue, { basePath: options.errorPagesPath, linkHeader });
  }
  const jsonReader = new JsonBodyReader(options.http, options.errorResponder);
  const codedBodyReader = await BodyReader.create(listChannelFormats({ accepts: ['json'] }), {
    limits: options.http,
    errorResponder: options.errorResponder,
  });
  for (const channel of options.channels) {
    const bodyReader = (await createBodyReader(channel, options)) ?? jsonReader;
    registerChannel(server, { ...options, bodyReader, codedBodyReader }, channel);
  }
  if (options.openApi) registerOpenApiRoutes(server, options.openApi);
  await server.ready();
  return server;
}

/** Creates the first hook of every request: it accepts the request, rejects it, or passes it to the application. */
function createAdmissionHook(options: RestServerOptions) {
  const { listener, errorResponder } = options;
  const index = createLazyPathIndex(options);
  return (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const head = parseRequestHead(request.raw.rawHeaders);
    initializeRequest(request, head);
    const failure = checkRequestHead(request.raw, head);
    if (failure) errorResponder.send(failure, request, reply);
    else if (request.is404) handleUnrouted(request, reply, { listener, path: findIndexedPath(request, index()) });
    else done();
  };
}

/** A second router of all paths takes time and memory, which a bus whose clients use its channels does not need. */
function createLazyPathIndex(options: RestServerOptions): () => PathIndex {
  let index: PathIndex | undefined;
  return () =>
    (index ??= new PathIndex(
      [...options.channels.map((channel) => channel.options), ...listBuiltInRoutes(options)],
      MAX_PARAMETER_LENGTH,
    ));
}

/** `OPTIONS *` requests the methods of the whole server (RFC 9110 §9.3.7). */
function findIndexedPath({ url, method }: FastifyRequest, paths: PathIndex): IndexedPath | undefined {
  return url === '*' && method === 'OPTIONS' ? { allow: paths.allow, cors: NO_CORS_POLICIES } : paths.find(url);
}

/** The routes that the bus itself serves. */
function listBuiltInRoutes({ channels, openApi, errorPagesPath }: RestServerOptions): IndexedRoute[] {
  const paths = ['/health/live', '/health/ready', openApi?.paths.document, openApi?.paths.docs];
  if (errorPagesPath !== undefined) paths.push(`${errorPagesPath}{slug}`);
  const open = paths.flatMap((path) => (path === undefined ? [] : [{ path, method: 'GET', cors: undefined }]));
  return [...open, ...listJobPaths(channels)];
}

function initializeRequest(request: FastifyRequest, head: RequestHead): void {
  request.id = resolveCorrelationId(head.requestId);
  request.head = head;
  request.startedAtMs = performance.now();
}

/** Passes a request that no channel handles to the application, with the value of `Allow` for its 405. Responds to `OPTIONS`. */
function handleUnrouted(
  request: FastifyRequest,
  reply: FastifyReply,
  { listener, path }: { readonly listener: HttpListener; readonly path: IndexedPath | undefined },
): void {
  if (path && request.method === 'OPTIONS') {
    setPreflightHeaders(reply, request.raw, path.cors);
    reply.code(204).headers({ allow: path.allow, 'x-request-id': request.id }).send();
    return;
  }
  if (path) listener.setAllowedMethods(request.raw, path.allow);
  fallThrough(listener, request, reply);
}

/** Passes a request to the application, with the same correlation id. */
function fallThrough(
  listener: HttpListener,
  { id, raw }: Pick<FastifyRequest, 'id' | 'raw'>,
  reply: FastifyReply,
): void {
  reply.hijack();
  raw.headers['x-request-id'] = id;
  reply.raw.setHeader('x-request-id', id);
  listener.callFallback(raw, reply.raw);
}

/** Creates the reader of a channel that accepts other formats than JSON, or whose features need the bytes of bodies. */
async function createBodyReader(channel: RoutedChannel, options: RestServerOptions): Promise<BodyReader | undefined> {
  const { accepts, rawBody: keepsRawBody, uploads } = channel.options;
  const { http: limits, errorResponder } = options;
  const steps = channel.features.flatMap((feature) => feature.onBody?.(channel, options) ?? []);
  if (acceptsOnlyJson(accepts) && !keepsRawBody && steps.length === 0) return undefined;
  return BodyReader.create(listChannelFormats(channel.options), {
    limits: { ...limits, uploads },
    errorResponder,
    keepsRawBody,
    steps,
  });
}

/** What a route is made of. */
interface RouteOptions extends RestServerOptions {
  readonly bodyReader: JsonBodyReader | BodyReader;
  /** Reads JSON with a content coding, on channels that accept JSON only. */
  readonly codedBodyReader: BodyReader;
}

function registerChannel(server: FastifyInstance, options: RouteOptions, channel: RoutedChannel): void {
  const { name } = channel;
  const { method, path, errors: errorFormat } = channel.options;
  server.route<RouteGeneric>({
    ...(method === 'GET' ? { method: ['GET', 'HEAD'], exposeHeadRoute: false, onSend: dropHeadBody } : { method }),
    url: toRouterPath(path),
    config: { channel: name, errorFormat, logFields: { channel: name } },
    onRequest: createChannelHook(options, channel),
    handler: () => undefined,
  });
}

/** Creates the steps from the head of a request to its response. They end in the hook, so that the handler of the route is not called. */
function createChannelHook(options: RouteOptions, channel: RoutedChannel) {
  const { listener, errorResponder } = options;
  const hasPlaceholders = listPlaceholders(channel.options.path).length > 0;
  const steps = channel.features.flatMap((feature) => feature.onRequest?.(channel, options) ?? []);
  const pass = createOnRequestHook(steps, createBodyStep(options, channel), errorResponder);
  return (request: RoutedRequest, reply: FastifyReply): void => {
    if (hasPlaceholders && !hasAllParameters(request.params)) fallThrough(listener, request, reply);
    else pass(request, reply);
  };
}

/** Creates the step that reads the body and goes on. The body of a GET is never read. */
function createBodyStep(options: RouteOptions, channel: RoutedChannel): RequestHandler {
  const { bodyReader, codedBodyReader } = options;
  const handle = createHandler(options, channel);
  if (channel.options.method === 'GET') return handle;
  if (bodyReader instanceof BodyReader) return (request, reply) => bodyReader.read(request, reply, handle);
  return (request, reply) => {
    const reader = isCoded(request.head.contentEncoding) ? codedBodyReader : bodyReader;
    reader.read(request, reply, handle);
  };
}

/** Creates the steps from a parsed request to its response. */
function createHandler(options: RestServerOptions, channel: RoutedChannel): RequestHandler {
  const { errorResponder, listener, invokers } = options;
  const streams = new StreamResponder(channel, errorResponder, listener);
  const invoke = createRequestHandler(channel, invokers.create(channel), { errorResponder, streams });
  return channel.features.reduceRight(
    (next, feature) => feature.aroundInvoke?.(next, channel, options) ?? next,
    invoke,
  );
}

/** The router matches `/things/` with `/things/:id`, but an empty segment is no value of a placeholder. */
function hasAllParameters(params: RouteGeneric['Params']): boolean {
  for (const name in params) if (params[name] === '') return false;
  return true;
}
