const MAX_ENTRIES = 1_000;

/** Adds an entry to a map that keeps the newest thousand. */
export function addToBoundedMap<Key, Value>(entries: Map<Key, Value>, key: Key, value: Value): void {
  entries.set(key, value);
  const [oldest] = entries.keys();
  if (entries.size > MAX_ENTRIES && oldest !== undefined) entries.delete(oldest);
}
