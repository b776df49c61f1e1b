import type { ApplicationConfig, ExternalContextCreator } from '@nestjs/core';
import type { PipeTransform } from '@nestjs/common';
import type { InvocationRequest } from '@trunkline/service';
import { BusExceptionFilter } from './bus-exception.filter';
import type { ChannelOperation } from '../http/request-handler';
import { saveReplyHeaders } from '@trunkline/http-server';

/** Metadata keys of `@UseGuards`, `@UseInterceptors` and `@UseFilters`. */
const ENHANCER_KEYS = ['__guards__', '__interceptors__', '__exceptionFilters__'] as const;

/** Nest's access to the guards, interceptors, pipes and filters of the application. */
export interface EnhancerOptions {
  readonly config: ApplicationConfig;
  readonly contextCreator: ExternalContextCreator;
  /** The instance of the service that Nest created, by which the enhancers of its module are found. */
  readonly instance: object;
}

/**
 * Puts the application's guards, interceptors, pipes and filters around an operation of a channel.
 *
 * Guards and interceptors see the service as class and `handle()` as handler, so that decorators on either work.
 *
 * @returns the operation itself where the application has none of them
 */
export function applyEnhancers<Context>(
  operation: ChannelOperation<Context>,
  nest: EnhancerOptions,
): ChannelOperation<Context> {
  const { instance } = nest;
  if (!hasGlobalEnhancers(nest) && !hasOwnEnhancers(instance)) return operation;
  const runs = new WeakMap<object, PendingOperation<Context>>();
  const handler = async (request: unknown) => {
    const run = runs.get(Object(request));
    if (!run) throw new TypeError('Nest called a channel with another request than that of the call');
    const input = await applyPipes(run.invocation.input, nest.config.getGlobalPipes());
    return operation({ ...run.invocation, input }, run.context, run.http);
  };
  const call = nest.contextCreator.create(instance, copyHandleMetadata(instance, handler), 'handle');
  return (invocation, context, http) => {
    const { request, reply } = http;
    runs.set(request, { invocation, context, http });
    // A filter of the application may reply itself.
    if (request.responseHeaders) reply.headers(request.responseHeaders);
    return call(request, reply).finally(() => saveReplyHeaders(request, reply));
  };
}

interface PendingOperation<Context> {
  readonly invocation: InvocationRequest;
  readonly context: Context;
  readonly http: Parameters<ChannelOperation<Context>>[2];
}

/** The filter that the bus itself registers does not count. */
function hasGlobalEnhancers({ config }: EnhancerOptions): boolean {
  const enhancers = [
    config.getGlobalGuards(),
    config.getGlobalRequestGuards(),
    config.getGlobalInterceptors(),
    config.getGlobalRequestInterceptors(),
    config.getGlobalPipes(),
    config.getGlobalRequestPipes(),
    config.getGlobalFilters().filter((filter) => filter.constructor !== BusExceptionFilter),
    config.getGlobalRequestFilters(),
  ];
  return enhancers.some(({ length }) => length > 0);
}

function hasOwnEnhancers(instance: object): boolean {
  const handle: unknown = Reflect.get(instance, 'handle');
  return ENHANCER_KEYS.some(
    (key) =>
      Reflect.hasMetadata(key, instance.constructor) ||
      (typeof handle === 'function' && Reflect.hasMetadata(key, handle)),
  );
}

/** Copies the metadata that decorators have set on `handle()` to the handler, where Nest's `Reflector` reads them. */
function copyHandleMetadata<T extends object>(instance: object, handler: T): T {
  const handle: unknown = Reflect.get(instance, 'handle');
  if (typeof handle !== 'function') return handler;
  for (const key of Reflect.getMetadataKeys(handle))
    Reflect.defineMetadata(key, Reflect.getMetadata(key, handle), handler);
  return handler;
}

/** The pipes of the application get the whole input, before the service validates it. */
async function applyPipes(input: unknown, pipes: readonly PipeTransform[]): Promise<unknown> {
  let value = input;
  for (const pipe of pipes) value = await pipe.transform(value, { type: 'custom' });
  return value;
}
