import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sendJson } from '../response/response-writer';

/** Whether the bus takes requests. */
interface Readiness {
  readonly isReady: boolean;
}

/** Health of the system behind an outgoing connection. */
export interface ConnectionHealth {
  /** Name of the outgoing connection. */
  readonly name: string;
  /** `unknown`: the connection has no ping. */
  readonly status: 'up' | 'down' | 'unknown';
  /** Failure code of a connection that is down. */
  readonly code?: string;
  /** Duration of the ping in milliseconds. */
  readonly ms?: number;
}

/** Sources of the health responses. */
export interface HealthRoutesOptions {
  readonly readiness: Readiness;
  /** Pings all outgoing connections in parallel; must end, and must not reject. */
  readonly checkConnections: () => Promise<readonly ConnectionHealth[]>;
  /** Handles a request as if it matched no route. */
  readonly fallThrough: (request: FastifyRequest, reply: FastifyReply) => void;
}

/** Time for which a result of the pings is reused. */
const CACHE_MS = 5_000;
/** 127.0.0.0/8 and ::1 (RFC 6890), and IPv4 addresses as dual-stack sockets show them. */
const LOOPBACK = /^(?:(?:::ffff:)?127\.\d+\.\d+\.\d+|::1)$/;
/** Headers with which proxies mark forwarded requests (RFC 7239, RFC 9110 §7.6.3, and those of common products). */
const FORWARDING_HEADER =
  /^(?:forwarded|via|x-forwarded(?:-.+)?|x-original-forwarded-for|x-real-ip|x-client-ip|x-cluster-client-ip|x-envoy-.+|x-azure-(?:clientip|socketip)|true-client-ip|cf-(?:connecting-ip|ray)|fastly-client-ip|fly-client-ip|cdn-loop)$/;

/**
 * Registers `/health/live` and `/health/ready`, which respond with `up` or `down` and check no other system, and `/health/detail`, which pings
 * the outgoing connections. The latter exists for clients on the same machine only.
 */
export function registerHealthRoutes(
  server: FastifyInstance,
  { readiness, checkConnections, fallThrough }: HealthRoutesOptions,
): void {
  server.get('/health/live', (_request, reply) =>
    sendJson(reply.header('cache-control', 'no-store'), { status: 'up' }),
  );
  server.get('/health/ready', (_request, reply) => {
    const { isReady } = readiness;
    reply.header('cache-control', 'no-store');
    return sendJson(reply.code(isReady ? 200 : 503), { status: isReady ? 'up' : 'down' });
  });
  const connections = cacheFor(CACHE_MS, checkConnections);
  server.get('/health/detail', async (request, reply) => {
    if (!isLocal(request)) return fallThrough(request, reply);
    const body = { connections: await connections(), status: readiness.isReady ? 'up' : 'draining' };
    return sendJson(reply.header('cache-control', 'no-store'), body);
  });
}

/** A proxy on the same machine connects from a loopback address, too. Its headers reveal it; their values are not trusted. */
function isLocal({ raw }: FastifyRequest): boolean {
  return (
    LOOPBACK.test(raw.socket.remoteAddress ?? '') &&
    !Object.keys(raw.headers).some((name) => FORWARDING_HEADER.test(name))
  );
}

/** Shares one result among calls while it is pending, and for `ms` afterwards. */
function cacheFor<T>(ms: number, load: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  let untilMs = 0;
  return () => {
    if (result && performance.now() < untilMs) return result;
    untilMs = Number.POSITIVE_INFINITY;
    result = load().finally(() => {
      untilMs = performance.now() + ms;
    });
    return result;
  };
}
