import type * as Adapters from './bus-adapter';
import { Edge } from './edge';

/** The HTTP adapter of a Nest application that is reached through an edge. */
export function adapterOfEdge(...parts: ConstructorParameters<typeof Adapters.BusAdapter>): Adapters.BusAdapter {
  // Nest's Fastify adapter is loaded by whoever starts an application that listens.
  // oxlint-disable-next-line typescript/no-require-imports -- see above
  const { BusAdapter }: typeof Adapters = require('./bus-adapter');
  return new BusAdapter(...parts);
}

/** The edge in front of a Nest application; `undefined` for one that has another adapter than {@link adapterOfEdge} makes. */
export function edgeOfAdapter(adapter: unknown): Edge | undefined {
  if (typeof adapter !== 'object' || adapter === null || !('edge' in adapter)) return undefined;
  return adapter.edge instanceof Edge ? adapter.edge : undefined;
}
