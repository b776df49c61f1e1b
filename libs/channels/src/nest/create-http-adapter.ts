import type * as Adapters from './bus-http-adapter';
import { HttpListener } from '@trunkline/http-server';

/** The HTTP adapter of a Nest application that is reached through an edge. */
export function createHttpAdapter(
  ...parts: ConstructorParameters<typeof Adapters.BusHttpAdapter>
): Adapters.BusHttpAdapter {
  // Nest's Fastify adapter is loaded by whoever starts an application that listens.
  // oxlint-disable-next-line typescript/no-require-imports -- see above
  const { BusHttpAdapter }: typeof Adapters = require('./bus-http-adapter');
  return new BusHttpAdapter(...parts);
}

/** The edge in front of a Nest application; `undefined` for one that has another adapter than {@link createHttpAdapter} makes. */
export function findHttpListener(adapter: unknown): HttpListener | undefined {
  if (typeof adapter !== 'object' || adapter === null || !('listener' in adapter)) return undefined;
  return adapter.listener instanceof HttpListener ? adapter.listener : undefined;
}
