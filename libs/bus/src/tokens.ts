/** The configuration of the bus, for injection. */
export const BUS_CONFIG = Symbol('trunkline.config');

/** The logger of the bus, for injection. */
export const LOGGER = Symbol('trunkline.logger');
