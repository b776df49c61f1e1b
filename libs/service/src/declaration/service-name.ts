const NAME = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/;
const MAX_NAME_LENGTH = 128;

/** Words of `[a-z0-9]` joined by `.`, `-` or `_`, at most 128 characters. */
export function isServiceName(name: string): boolean {
  return name.length <= MAX_NAME_LENGTH && NAME.test(name);
}

/** @throws {TypeError} that says how names look */
export function assertServiceName(name: unknown): asserts name is string {
  if (typeof name === 'string' && isServiceName(name)) return;
  throw new TypeError(
    `the name of a service is words of a-z and 0-9 joined by '.', '-' or '_', at most ${MAX_NAME_LENGTH} characters, not ${JSON.stringify(name)}`,
  );
}
