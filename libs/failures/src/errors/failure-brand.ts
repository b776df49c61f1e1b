/** Member of every failure: the major version of this package that created it. Copies with the same major version are compatible. */
export const FAILURE_BRAND = Symbol.for('trunkline.failure');

/** Major version of this package. */
export const MAJOR_VERSION = 0;
