import type { RequestListener } from 'node:http';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { Edge } from './edge';

/** Nest's Fastify adapter, behind the edge of a bus: what no channel takes comes to it. */
export class BusAdapter extends FastifyAdapter {
  constructor(
    readonly edge: Edge,
    options: {
      readonly bodyLimit: number;
      readonly trustProxy: boolean;
      readonly genReqId: (request: { readonly headers: Readonly<Record<string, unknown>> }) => string;
    },
  ) {
    super({
      ...options,
      clientErrorHandler: (error, socket) => edge.onClientError(error, socket),
      serverFactory: (handler: RequestListener) => {
        edge.placeBehind(handler);
        return edge.server;
      },
    });
  }
}
