import { type ArgumentsHost, Catch, type ExceptionFilter, Inject, NotFoundException } from '@nestjs/common';
import { failureOf } from '@trunkline/failures';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Edge } from './edge/edge';
import { FailureReply } from './failure-reply';
import { EDGE } from './tokens';

/**
 * Answers the failures of users' own Nest controllers as the bus answers its channels'. Registered for the whole application;
 * extend it, or register another filter, to answer some of them otherwise.
 */
@Catch()
export class BusExceptionFilter implements ExceptionFilter {
  constructor(
    private readonly failures: FailureReply,
    @Inject(EDGE) private readonly edge: Edge | undefined,
  ) {}

  /** @throws the exception itself where it did not come by HTTP: it is not this filter's to answer */
  catch(exception: unknown, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw exception;
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    this.failures.send(this.#isUnrouted(exception, request) ? this.#unrouted(request) : exception, request, reply);
  }

  /** A controller may say "not found" of a resource; only Nest's router says it of a route. */
  #isUnrouted(exception: unknown, request: FastifyRequest): boolean {
    return request.is404 && exception instanceof NotFoundException;
  }

  #unrouted({ raw }: FastifyRequest) {
    const allow = this.edge?.allowedFor(raw);
    return allow === undefined ? failureOf('ROUTE_NOT_FOUND') : failureOf('METHOD_NOT_ALLOWED', { headers: { allow } });
  }
}
