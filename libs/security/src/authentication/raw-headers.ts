/** Returned for a duplicate header, which a proxy in front of the bus may have read differently. */
export const DUPLICATE_HEADER = Symbol('several');

/**
 * Finds the value of a header in the raw headers. Node's `headers` drops all but the first line of `Authorization`.
 *
 * @param lines - names and values in turn
 * @param name - in lower case
 */
export function findHeader(lines: readonly string[], name: string): string | undefined | typeof DUPLICATE_HEADER {
  let value: string | undefined;
  for (let index = 0; index < lines.length; index += 2) {
    const line = lines[index];
    if (line === undefined || line.length !== name.length || line.toLowerCase() !== name) continue;
    if (value !== undefined) return DUPLICATE_HEADER;
    value = lines[index + 1];
  }
  return value;
}
