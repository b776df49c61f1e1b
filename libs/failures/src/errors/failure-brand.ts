/** On every failure: the major version of the copy of this package that made it. Copies of one major understand each other's. */
export const FAILURE_BRAND = Symbol.for('trunkline.failure');

/** Of this package. */
export const MAJOR_VERSION = 0;
