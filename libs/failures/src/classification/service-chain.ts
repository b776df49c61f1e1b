/** The services that a failure has passed through, outermost first. A separate map, since a thrown value can be anything. */
const CHAINS = new WeakMap<object, readonly string[]>();

/** Records that a failure has left `service`. To be called from the innermost service outwards. Ignores primitives. */
export function recordService(thrown: unknown, service: string): void {
  if (isObject(thrown)) CHAINS.set(thrown, [service, ...getServiceChain(thrown)]);
}

/**
 * The services that a failure has passed through, outermost first: `['customer.get', 'adapter.crm.customer.get']`; empty if none.
 * For logs, never for clients.
 */
export function getServiceChain(thrown: unknown): readonly string[] {
  return (isObject(thrown) && CHAINS.get(thrown)) || [];
}

/** Copies the service chain of a thrown value to the failure that replaces it, unless the failure has one. */
export function inheritServiceChain(failure: object, thrown: unknown): void {
  if (!CHAINS.has(failure)) CHAINS.set(failure, getServiceChain(thrown));
}

function isObject(thrown: unknown): thrown is object {
  return (typeof thrown === 'object' && thrown !== null) || typeof thrown === 'function';
}
