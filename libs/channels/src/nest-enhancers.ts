import type { ApplicationConfig, ExternalContextCreator } from '@nestjs/core';
import type { PipeTransform } from '@nestjs/common';
import type { Ask } from '@trunkline/service';
import { BusExceptionFilter } from './bus-exception.filter';
import type { ChannelStep } from './channel-handler';
import { keepHeaders } from './kept-headers';

/** Where Nest keeps what `@UseGuards`, `@UseInterceptors` and `@UseFilters` were told. */
const ENHANCER_KEYS = ['__guards__', '__interceptors__', '__exceptionFilters__'] as const;

/** What Nest knows of the application's guards, interceptors, pipes and filters. */
export interface NestParts {
  readonly config: ApplicationConfig;
  readonly contexts: ExternalContextCreator;
  /** The instance of the service that Nest holds, by which its module's enhancers are found. */
  readonly instance: object;
}

/**
 * Puts the application's guards, interceptors, pipes and filters around a step of a channel; costs nothing where there are none.
 * Guards and interceptors see the service as class and `handle()` as handler, so that decorators on either work.
 */
export function enhanceStep<Context>(step: ChannelStep<Context>, nest: NestParts): ChannelStep<Context> {
  const { instance } = nest;
  if (!hasGlobalEnhancers(nest) && !hasOwnEnhancers(instance)) return step;
  const runs = new WeakMap<object, Run<Context>>();
  const handler = async (request: unknown) => {
    const run = runs.get(Object(request));
    if (!run) throw new TypeError('a channel was entered with another request than it was called with');
    const input = await piped(run.ask.input, nest.config.getGlobalPipes());
    return step({ ...run.ask, input }, run.context, run.exchange);
  };
  const enter = nest.contexts.create(instance, likeHandle(instance, handler), 'handle');
  return (ask, context, exchange) => {
    const { request, reply } = exchange;
    runs.set(request, { ask, context, exchange });
    // A filter of the application may answer in its own way.
    if (request.answerHeaders) reply.headers(request.answerHeaders);
    return enter(request, reply).finally(() => keepHeaders(request, reply));
  };
}

interface Run<Context> {
  readonly ask: Ask;
  readonly context: Context;
  readonly exchange: Parameters<ChannelStep<Context>>[2];
}

/** The filter that the bus itself registers is no reason to go through Nest. */
function hasGlobalEnhancers({ config }: NestParts): boolean {
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
function likeHandle<T extends object>(instance: object, handler: T): T {
  const handle: unknown = Reflect.get(instance, 'handle');
  if (typeof handle !== 'function') return handler;
  for (const key of Reflect.getMetadataKeys(handle))
    Reflect.defineMetadata(key, Reflect.getMetadata(key, handle), handler);
  return handler;
}

/** The application's pipes see the whole input, before the service's own declaration does. */
async function piped(input: unknown, pipes: readonly PipeTransform[]): Promise<unknown> {
  let value = input;
  for (const pipe of pipes) value = await pipe.transform(value, { type: 'custom' });
  return value;
}
