import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sendJson } from '../response/response-writer';

/** Does the bus take requests? */
interface Readiness {
  readonly isReady: boolean;
}

/** How the system behind an outgoing connection is; no more than may be shown to whoever is on the same machine. */
export interface ConnectionHealth {
  /** Name of the outgoing connection. */
  readonly name: string;
  /** `unknown`: its connection has no ping. */
  readonly status: 'up' | 'down' | 'unknown';
  /** Why it is down: a code of the catalogue. */
  readonly code?: string;
  /** Milliseconds that its ping took. */
  readonly ms?: number;
}

/** What health is told from. */
export interface HealthRoutesOptions {
  readonly readiness: Readiness;
  /** Asks all outgoing connections at once. Has an end, and does not reject. */
  readonly checkConnections: () => Promise<readonly ConnectionHealth[]>;
  /** Has a request answered as if the front had no route for it. */
  readonly fallThrough: (request: FastifyRequest, reply: FastifyReply) => void;
}

/** For this long nobody is asked again, however often the page is. */
const CACHE_MS = 5_000;
/** 127.0.0.0/8 and ::1 (RFC 6890), the former also as a socket of both families has it. */
const LOOPBACK = /^(?:(?:::ffff:)?127\.\d+\.\d+\.\d+|::1)$/;

/**
 * `/health/live` and `/health/ready`: up or not, and no more for strangers. Neither looks at other systems. `/health/detail`
 * does, for whoever is on the same machine; to others there is no such page.
 */
export function registerHealthRoutes(
  front: FastifyInstance,
  { readiness, checkConnections, fallThrough }: HealthRoutesOptions,
): void {
  front.get('/health/live', (_request, reply) => sendJson(reply.header('cache-control', 'no-store'), { status: 'up' }));
  front.get('/health/ready', (_request, reply) => {
    const { isReady } = readiness;
    reply.header('cache-control', 'no-store');
    return sendJson(reply.code(isReady ? 200 : 503), { status: isReady ? 'up' : 'down' });
  });
  const connections = cacheFor(CACHE_MS, checkConnections);
  front.get('/health/detail', async (request, reply) => {
    if (!isLocal(request)) return fallThrough(request, reply);
    const body = { connections: await connections(), status: readiness.isReady ? 'up' : 'draining' };
    return sendJson(reply.header('cache-control', 'no-store'), body);
  });
}

/** By which proxies say that somebody else is behind a request (RFC 7239, RFC 9110 §7.6.3, and what is in use). */
const FORWARDING_HEADER =
  /^(?:forwarded|via|x-forwarded(?:-.+)?|x-original-forwarded-for|x-real-ip|x-client-ip|x-cluster-client-ip|x-envoy-.+|x-azure-(?:clientip|socketip)|true-client-ip|cf-(?:connecting-ip|ray)|fastly-client-ip|fly-client-ip|cdn-loop)$/;

/** A proxy on the same machine has a socket of loopback, too. What its header says does not matter: anybody may write one. */
function isLocal({ raw }: FastifyRequest): boolean {
  return (
    LOOPBACK.test(raw.socket.remoteAddress ?? '') &&
    !Object.keys(raw.headers).some((name) => FORWARDING_HEADER.test(name))
  );
}

/** Those who ask while an answer is under way, or is younger than `ms`, share it. */
function cacheFor<T>(ms: number, ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  let untilMs = 0;
  return () => {
    if (answer && performance.now() < untilMs) return answer;
    untilMs = Number.POSITIVE_INFINITY;
    answer = ask().finally(() => {
      untilMs = performance.now() + ms;
    });
    return answer;
  };
}
