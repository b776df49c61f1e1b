/** The value of a JSON text; `undefined` for another text: BullMQ puts some of its own where we keep JSON. */
export function tryParseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    // BullMQ put it there, not we.
    return undefined;
  }
}
