import type { RequestListener } from 'node:http';
import { NotFoundException } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { type HttpListener, toFastifyTrustProxy } from '@trunkline/http-server';
import type { HttpOptions } from '../rest/section';

/** Nest's Fastify adapter, behind the edge of a bus: what no channel takes comes to it. */
export class BusHttpAdapter extends FastifyAdapter {
  constructor(
    readonly listener: HttpListener,
    options: {
      readonly bodyLimit: number;
      readonly trustProxy: HttpOptions['trustProxy'];
      readonly genReqId: (request: { readonly headers: Readonly<Record<string, unknown>> }) => string;
    },
  ) {
    super({
      ...options,
      trustProxy: toFastifyTrustProxy(options.trustProxy),
      clientErrorHandler: (error, socket) => listener.onClientError(error, socket),
      serverFactory: (handler: RequestListener) => {
        listener.setFallback(handler);
        return listener.server;
      },
    });
    // Nest reads the body before it says that there is no such route. A client that asks first is told first.
    this.getInstance().addHook('onRequest', ({ headers, is404, method, url }, _reply, done) => {
      const isRefused = is404 && headers.expect !== undefined;
      done(isRefused ? new NotFoundException(`Cannot ${method} ${url}`) : undefined);
    });
  }
}
