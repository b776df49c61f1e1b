import type { RequestListener } from 'node:http';
import { NotFoundException } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { type HttpListener, toFastifyTrustProxy } from '@trunkline/http-server';
import type { HttpOptions } from '../http/section';

/** Nest's Fastify adapter behind the HTTP listener of a bus, for requests that no channel handles. */
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
    // Nest reads the body before it responds 404. A client that sent `Expect` waits with the body, so it gets the 404 first.
    this.getInstance().addHook('onRequest', ({ headers, is404, method, url }, _reply, done) => {
      const isRejected = is404 && headers.expect !== undefined;
      done(isRejected ? new NotFoundException(`Cannot ${method} ${url}`) : undefined);
    });
  }
}
