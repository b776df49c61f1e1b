/** The static property by which service classes name the copy of this package that they extend. */
export const PACKAGE_COPY = Symbol.for('trunkline.copy');

/** One copy of this package in a process. A bus accepts service classes of its own copy only. */
export interface PackageCopy {
  readonly directory: string;
}

export const THIS_COPY: PackageCopy = { directory: __dirname };

/** Finds the copy of this package that a service class extends; `undefined` for other classes. */
export function findPackageCopy(serviceClass: object): PackageCopy | undefined {
  const copy: unknown = Reflect.get(serviceClass, PACKAGE_COPY);
  const isCopy = typeof copy === 'object' && copy !== null && 'directory' in copy;
  return isCopy ? { directory: String(copy.directory) } : undefined;
}
