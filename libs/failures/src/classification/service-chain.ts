/** Names of the services a failure has passed on its way out, outermost first. Beside the failure, since anything can be thrown. */
const CHAINS = new WeakMap<object, readonly string[]>();

/** Notes that a failure left `service`. Called from the inside outwards; without effect on a primitive, which can carry nothing. */
export function recordService(thrown: unknown, service: string): void {
  if (isObject(thrown)) CHAINS.set(thrown, [service, ...getServiceChain(thrown)]);
}

/**
 * The services a failure came through, outermost first: `['customer.get', 'adapter.crm.customer.get']`; empty where it left none.
 * For logs, never for clients.
 */
export function getServiceChain(thrown: unknown): readonly string[] {
  return (isObject(thrown) && CHAINS.get(thrown)) || [];
}

/** A failure that takes the place of what was thrown has come the same way, unless it knows better. */
export function inheritServiceChain(failure: object, thrown: unknown): void {
  if (!CHAINS.has(failure)) CHAINS.set(failure, getServiceChain(thrown));
}

function isObject(thrown: unknown): thrown is object {
  return (typeof thrown === 'object' && thrown !== null) || typeof thrown === 'function';
}
