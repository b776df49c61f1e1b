import { type ArgumentsHost, Catch, type ExceptionFilter, Inject, NotFoundException } from '@nestjs/common';
import { createFailure } from '@trunkline/failures';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ErrorResponder, type HttpListener } from '@trunkline/http-server';
import { HTTP_LISTENER } from './tokens';

/**
 * Responds to exceptions of the application's controllers with the error responses of channels. It is registered for the whole
 * application; extend it, or register another filter, to respond to some exceptions in another way.
 */
@Catch()
export class BusExceptionFilter implements ExceptionFilter {
  constructor(
    private readonly errorResponder: ErrorResponder,
    @Inject(HTTP_LISTENER) private readonly listener: HttpListener | undefined,
  ) {}

  /** @throws the exception itself outside of HTTP, where another filter has to handle it */
  catch(exception: unknown, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw exception;
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    this.errorResponder.send(
      this.#isRouteNotFound(exception, request) ? this.#createRouteFailure(request) : exception,
      request,
      reply,
    );
  }

  /** A controller throws the same exception for a resource; only Nest's router throws it for a route. */
  #isRouteNotFound(exception: unknown, request: FastifyRequest): boolean {
    return request.is404 && exception instanceof NotFoundException;
  }

  #createRouteFailure({ raw }: FastifyRequest) {
    const allow = this.listener?.findAllowedMethods(raw);
    return allow === undefined
      ? createFailure('ROUTE_NOT_FOUND')
      : createFailure('METHOD_NOT_ALLOWED', { headers: { allow } });
  }
}
