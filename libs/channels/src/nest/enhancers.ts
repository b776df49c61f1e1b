import type { ApplicationConfig, ExternalContextCreator } from '@nestjs/core';
import type { PipeTransform } from '@nestjs/common';
import type { InvocationRequest } from '@trunkline/service';
import { BusExceptionFilter } from './bus-exception.filter';
import type { ChannelOperation } from '../rest/request-handler';
import { saveReplyHeaders } from '@trunkline/http-server';

/** Where Nest keeps what `@UseGuards`, `@UseInterceptors` and `@UseFilters` were told. */
const ENHANCER_KEYS = ['__guards__', '__interceptors__', '__exceptionFilters__'] as const;

/** What Nest knows of the application's guards, interceptors, pipes and filters. */
export interface EnhancerOptions {
  readonly config: ApplicationConfig;
  readonly contextCreator: ExternalContextCreator;
  /** The instance of the service that Nest holds, by which its module's enhancers are found. */
  readonly instance: object;
}

/**
 * Puts the application's guards, interceptors, pipes and filters around a step of a channel; costs nothing where there are none.
 * Guards and interceptors see the service as class and `handle()` as handler, so that decorators on either work.
 */
export function applyEnhancers<Context>(
  step: ChannelOperation<Context>,
  nest: EnhancerOptions,
): ChannelOperation<Context> {
  const { instance } = nest;
  if (!hasGlobalEnhancers(nest) && !hasOwnEnhancers(instance)) return step;
  const runs = new WeakMap<object, PendingOperation<Context>>();
  const handler = async (request: unknown) => {
    const run = runs.get(Object(request));
    if (!run) throw new TypeError('a channel was entered with another request than it was called with');
    const input = await applyPipes(run.ask.input, nest.config.getGlobalPipes());
    return step({ ...run.ask, input }, run.context, run.exchange);
  };
  const enter = nest.contextCreator.create(instance, copyHandleMetadata(instance, handler), 'handle');
  return (ask, context, exchange) => {
    const { request, reply } = exchange;
    runs.set(request, { ask, context, exchange });
    // A filter of the application may answer in its own way.
    if (request.responseHeaders) reply.headers(request.responseHeaders);
    return enter(request, reply).finally(() => saveReplyHeaders(request, reply));
  };
}

interface PendingOperation<Context> {
  readonly ask: InvocationRequest;
  readonly context: Context;
  readonly exchange: Parameters<ChannelOperation<Context>>[2];
}

/** The filter that the bus itself registers is no reason to go through Nest. */
function hasGlobalEnhancers({ config }: EnhancerOptions): boolean {
  const around = [
    config.getGlobalGuards(),
    config.getGlobalRequestGuards(),
    config.getGlobalInterceptors(),
    config.getGlobalRequestInterceptors(),
    config.getGlobalPipes(),
    config.getGlobalRequestPipes(),
    config.getGlobalFilters().filter((filter) => filter.constructor !== BusExceptionFilter),
    config.getGlobalRequestFilters(),
  ];
  return around.some(({ length }) => length > 0);
}

function hasOwnEnhancers(instance: object): boolean {
  const handle: unknown = Reflect.get(instance, 'handle');
  return ENHANCER_KEYS.some(
    (key) =>
      Reflect.hasMetadata(key, instance.constructor) ||
      (typeof handle === 'function' && Reflect.hasMetadata(key, handle)),
  );
}

/** A handler that carries what decorators have put on `handle()`, where Nest's `Reflector` looks for it. */
function copyHandleMetadata<T extends object>(instance: object, handler: T): T {
  const handle: unknown = Reflect.get(instance, 'handle');
  if (typeof handle !== 'function') return handler;
  for (const key of Reflect.getMetadataKeys(handle))
    Reflect.defineMetadata(key, Reflect.getMetadata(key, handle), handler);
  return handler;
}

/** The application's pipes see the whole input, before the service's own declaration does. */
async function applyPipes(input: unknown, pipes: readonly PipeTransform[]): Promise<unknown> {
  let value = input;
  for (const pipe of pipes) value = await pipe.transform(value, { type: 'custom' });
  return value;
}
