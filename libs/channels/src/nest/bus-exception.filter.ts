import { type ArgumentsHost, Catch, type ExceptionFilter, Inject, NotFoundException } from '@nestjs/common';
import { createFailure } from '@trunkline/failures';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ErrorResponder, type HttpListener } from '@trunkline/http-server';
import { HTTP_LISTENER } from './tokens';

/**
 * Answers the failures of users' own Nest controllers as the bus answers its channels'. Registered for the whole application;
 * extend it, or register another filter, to answer some of them otherwise.
 */
@Catch()
export class BusExceptionFilter implements ExceptionFilter {
  constructor(
    private readonly errorResponder: ErrorResponder,
    @Inject(HTTP_LISTENER) private readonly listener: HttpListener | undefined,
  ) {}

  /** @throws the exception itself where it did not come by HTTP: it is not this filter's to answer */
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

  /** A controller may say "not found" of a resource; only Nest's router says it of a route. */
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
