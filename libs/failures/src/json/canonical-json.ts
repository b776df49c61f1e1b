/** Matches texts that JSON writes without an escape. */
const UNESCAPED = /^[ !#-[\]-~]*$/;

/**
 * Serializes a value as JSON with sorted members, so that equal values have equal texts (as in RFC 8785). `undefined`, which JSON
 * cannot express, becomes the empty text.
 *
 * @param value - parsed JSON
 */
export function toCanonicalJson(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  // JSON writes finite numbers as `String` does, which is faster.
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (Array.isArray(value)) return serializeItems(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  return serializeMembers(value);
}

function serializeItems(items: readonly unknown[]): string {
  let text = '[';
  for (let index = 0; index < items.length; index += 1) {
    if (index > 0) text += ',';
    text += toCanonicalJson(items[index]);
  }
  return `${text}]`;
}

function serializeMembers(value: object): string {
  const names = Object.keys(value);
  if (!isSorted(names)) names.sort();
  let text = '{';
  for (const name of names) {
    if (text.length > 1) text += ',';
    text += `${quote(name)}:${toCanonicalJson(Reflect.get(value, name))}`;
  }
  return `${text}}`;
}

/** Sorting a short list that is sorted costs more than this check. */
function isSorted(names: readonly string[]): boolean {
  for (let index = 1; index < names.length; index += 1)
    if ((names[index - 1] ?? '') > (names[index] ?? '')) return false;
  return true;
}

/** Most texts need no escape, and testing for that is several times faster than `JSON.stringify`. */
function quote(text: string): string {
  return UNESCAPED.test(text) ? `"${text}"` : JSON.stringify(text);
}
