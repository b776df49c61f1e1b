/** Whether a policy is off: the connection decides, otherwise the defaults. */
export function isOff(configured: unknown, byDefault: unknown): boolean {
  return configured === 'off' || (configured === undefined && byDefault === 'off');
}

/** The keys of a policy; `undefined` where it is off. */
export function offToUndefined<T>(policy: T): Exclude<T, 'off'> | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the compiler does not narrow a type parameter
  return policy === 'off' ? undefined : (policy as Exclude<T, 'off'>);
}
