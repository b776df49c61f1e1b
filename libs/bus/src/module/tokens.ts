/** Injection token of the configuration of the bus. */
export const BUS_CONFIG = Symbol('trunkline.config');

/** Injection token of the work that this process does: `BusRole`. */
export const ROLE = Symbol('trunkline.role');

/** Injection token of the logger of the bus. */
export const LOGGER = Symbol('trunkline.logger');

/** Injection token of the connection to the Redis of `bus.stores.redis`; `undefined` when the bus has none. */
export const REDIS = Symbol('trunkline.redis');

/** Injection token of what security definitions need besides their configuration: `SecurityOptions`. */
export const SECURITY_OPTIONS = Symbol('trunkline.security-options');

/** Injection token of what outgoing connections use of the bus: `OutgoingResources`. */
export const OUTGOING_RESOURCES = Symbol('trunkline.outgoing-resources');
