import type * as Adapters from './bus-http-adapter';
import { HttpListener } from '@trunkline/http-server';

/** Creates the HTTP adapter of a Nest application behind an HTTP listener of the bus. */
export function createHttpAdapter(
  ...options: ConstructorParameters<typeof Adapters.BusHttpAdapter>
): Adapters.BusHttpAdapter {
  // Nest's Fastify adapter is loaded only by an application that listens.
  // oxlint-disable-next-line typescript/no-require-imports -- see above
  const { BusHttpAdapter }: typeof Adapters = require('./bus-http-adapter');
  return new BusHttpAdapter(...options);
}

/** Finds the HTTP listener in front of a Nest application; `undefined` with an adapter that {@link createHttpAdapter} did not create. */
export function findHttpListener(adapter: unknown): HttpListener | undefined {
  if (typeof adapter !== 'object' || adapter === null || !('listener' in adapter)) return undefined;
  return adapter.listener instanceof HttpListener ? adapter.listener : undefined;
}
