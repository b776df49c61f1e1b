/** The configuration of the bus, for injection. */
export const BUS_CONFIG = Symbol('trunkline.config');

/** Which work this process does, for injection. */
export const ROLE = Symbol('trunkline.role');

/** The logger of the bus, for injection. */
export const LOGGER = Symbol('trunkline.logger');

/** The connection to the Redis of `bus.stores.redis`, for injection; `undefined` where there is none. */
export const REDIS = Symbol('trunkline.redis');

/** What the security definitions of the bus need besides their configuration, for injection: `SecurityOptions`. */
export const SECURITY_OPTIONS = Symbol('trunkline.security-options');
