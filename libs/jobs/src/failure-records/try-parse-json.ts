/** Parses a JSON text; `undefined` if it is not JSON, such as a message of BullMQ. */
export function tryParseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    // A message of BullMQ.
    return undefined;
  }
}
