/** Under which a copy of this package shows others that it is one. */
export const PACKAGE_COPY = Symbol.for('trunkline.copy');

/** A copy of this package in a process: classes of one are none of another's. */
export interface PackageCopy {
  readonly directory: string;
}

export const THIS_COPY: PackageCopy = { directory: __dirname };

/** The copy that a class of services is made with; `undefined` for a class of none. */
export function findPackageCopy(serviceClass: object): PackageCopy | undefined {
  const copy: unknown = Reflect.get(serviceClass, PACKAGE_COPY);
  const isCopy = typeof copy === 'object' && copy !== null && 'directory' in copy;
  return isCopy ? { directory: String(copy.directory) } : undefined;
}
