import type { FastifyInstance } from 'fastify';

/** Does the bus take requests? */
export interface Readiness {
  readonly isReady: boolean;
}

/** `/health/live` and `/health/ready`: up or not, and no more for strangers. Neither looks at other systems. */
export function answerHealth(front: FastifyInstance, readiness: Readiness): void {
  front.get('/health/live', (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'up' }));
  front.get('/health/ready', (_request, reply) => {
    const { isReady } = readiness;
    reply.header('cache-control', 'no-store');
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'up' : 'down' });
  });
}
