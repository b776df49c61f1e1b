import type { FastifyInstance } from 'fastify';
import { sendJson } from './reply';

/** Does the bus take requests? */
export interface Readiness {
  readonly isReady: boolean;
}

/** `/health/live` and `/health/ready`: up or not, and no more for strangers. Neither looks at other systems. */
export function answerHealth(front: FastifyInstance, readiness: Readiness): void {
  front.get('/health/live', (_request, reply) => sendJson(reply.header('cache-control', 'no-store'), { status: 'up' }));
  front.get('/health/ready', (_request, reply) => {
    const { isReady } = readiness;
    reply.header('cache-control', 'no-store');
    return sendJson(reply.code(isReady ? 200 : 503), { status: isReady ? 'up' : 'down' });
  });
}
