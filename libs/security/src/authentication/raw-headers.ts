/** A header came more than once: what the bus reads may not be what a proxy before it has read. */
export const DUPLICATE_HEADER = Symbol('several');

/**
 * The value of a header, from the lines as they came. Node's `headers` would drop all but the first line of `Authorization`.
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
