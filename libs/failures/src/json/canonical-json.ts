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
  if (Array.isArray(value)) return `[${value.map(toCanonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  let members = '';
  for (const name of Object.keys(value).sort()) {
    members += `${members === '' ? '' : ','}${quote(name)}:${toCanonicalJson(Reflect.get(value, name))}`;
  }
  return `{${members}}`;
}

/** Most texts need no escape, and testing for that is several times faster than `JSON.stringify`. */
function quote(text: string): string {
  return UNESCAPED.test(text) ? `"${text}"` : JSON.stringify(text);
}
