const NAME = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/;
const MAX_NAME_LENGTH = 128;

/** Checks for words of `[a-z0-9]` joined by `.`, `-` or `_`, at most 128 characters. */
export function isServiceName(name: string): boolean {
  return name.length <= MAX_NAME_LENGTH && NAME.test(name);
}

/** @throws {TypeError} for an invalid name, with the rules for names */
export function assertServiceName(name: unknown): asserts name is string {
  if (typeof name === 'string' && isServiceName(name)) return;
  throw new TypeError(
    `a service name consists of words of a-z and 0-9 joined by '.', '-' or '_', at most ${MAX_NAME_LENGTH} characters, not ${JSON.stringify(name)}`,
  );
}
