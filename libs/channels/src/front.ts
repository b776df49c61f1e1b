import { createServer } from 'node:http';
import { failureOf } from '@trunkline/failures';
import { isCorrelationId, newCorrelationId } from '@trunkline/telemetry';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { acceptsJson } from './accept';
import { readJsonBodies } from './body/json-bodies';
import { assertReadableBody } from './body/media-type';
import { type Channel, type ChannelRoute, placeholdersOf, routerPathOf } from './channel';
import { type ChannelHandler } from './channel-handler';
import { refusalOf } from './edge/admit';
import { type Head, readHead } from './edge/head';
import type { Edge } from './edge/edge';
import { explainErrors } from './error-pages';
import type { FailureReply } from './failure-reply';
import { answerHealth } from './health';
import type { HttpOptions } from './section';

const LONGEST_PARAMETER = 1_024;
/** The methods that a path of a channel answers with 405 where no channel takes them, unless a controller behind the bus does. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE'] as const;

/** What a front is made of. */
export interface FrontParts {
  readonly edge: Edge;
  readonly http: HttpOptions;
  readonly channels: readonly Channel[];
  readonly handlerOf: (channel: Channel) => ChannelHandler;
  readonly failures: FailureReply;
  /** Where the pages of the errors are; `undefined` when they are elsewhere. */
  readonly errorPagesAt: string | undefined;
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
  const front = fastify({
    // The edge owns the listener; Fastify wants a server to attach itself to.
    serverFactory: () => createServer(),
    // Admission reads the head once for all that is decided by it, the id included.
    genReqId: () => '',
    bodyLimit: parts.http.bodyLimit,
    trustProxy: parts.http.trustProxy,
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
  front.addHook('onRequest', admission(parts));
  readJsonBodies(front, parts.http);
  answerHealth(front, parts.edge);
  if (parts.errorPagesAt !== undefined) explainErrors(front, parts.failures.catalogue, parts.errorPagesAt);
  for (const [path, channels] of groupByPath(parts.channels)) addPath(front, parts, { path, channels });
  await front.ready();
  return front;
}

/** The first step of every request: let in, hand on, or refuse. */
function admission({ edge, failures }: FrontParts) {
  return (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const head = readHead(request.raw.rawHeaders);
    identify(request, head);
    const refusal = refusalOf(request.raw, head);
    if (refusal) failures.send(refusal, request, reply);
    else if (request.is404) handOn(edge, request, reply);
    else done();
  };
}

function identify(request: FastifyRequest, head: Head): void {
  const { requestId } = head;
  request.id = requestId !== undefined && isCorrelationId(requestId) ? requestId : newCorrelationId();
  request.head = head;
  request.startedAtMs = performance.now();
}

/** What is behind the edge answers with the same correlation id. */
function handOn(edge: Edge, { id, raw }: Pick<FastifyRequest, 'id' | 'raw'>, reply: FastifyReply): void {
  reply.hijack();
  raw.headers['x-request-id'] = id;
  reply.raw.setHeader('x-request-id', id);
  edge.passOn(raw, reply.raw);
}

interface ChannelPath {
  readonly path: string;
  readonly channels: readonly Channel[];
}

function addPath(front: FastifyInstance, parts: FrontParts, { path, channels }: ChannelPath): void {
  const url = routerPathOf(path);
  for (const channel of channels) {
    front.route<ChannelRoute>({
      method: channel.method,
      url,
      config: { channel: channel.name, errors: channel.errors },
      onRequest: negotiation(parts, path),
      handler: parts.handlerOf(channel),
    });
  }
  const answered = channels.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
  const allow = [...answered, 'OPTIONS'].join(', ');
  front.route({
    method: 'OPTIONS',
    url,
    handler: (request, reply) => reply.code(204).headers({ allow, 'x-request-id': request.id }).send(),
  });
  front.route<ChannelRoute>({
    method: METHODS.filter((method) => !answered.includes(method)),
    url,
    onRequest: (request, reply) => {
      if (isWhole(request.params)) parts.edge.allowOnly(request.raw, allow);
      handOn(parts.edge, request, reply);
    },
    handler: () => undefined,
  });
}

/** Can the body be read, and the answer? Decided by the head of the request, before the body is looked at. */
function negotiation({ edge, failures }: FrontParts, path: string) {
  const hasPlaceholders = placeholdersOf(path).length > 0;
  return (request: FastifyRequest<ChannelRoute>, reply: FastifyReply, done: () => void): void => {
    const { accept, contentType, contentEncoding } = request.head;
    if (hasPlaceholders && !isWhole(request.params)) return handOn(edge, request, reply);
    try {
      if (!acceptsJson(accept)) throw failureOf('NOT_ACCEPTABLE', { data: { acceptable: ['application/json'] } });
      if (contentType !== undefined) assertReadableBody(contentType, contentEncoding);
    } catch (refusal) {
      return failures.send(refusal, request, reply);
    }
    done();
  };
}

/** The router lets a placeholder take nothing, so that `/things/` would be `/things/{id}`: another path, of no channel. */
function isWhole(params: ChannelRoute['Params']): boolean {
  for (const name in params) if (params[name] === '') return false;
  return true;
}

function groupByPath(channels: readonly Channel[]): ReadonlyMap<string, readonly Channel[]> {
  const paths = new Map<string, Channel[]>();
  for (const channel of channels) paths.set(channel.path, [...(paths.get(channel.path) ?? []), channel]);
  return paths;
}
