/** Nothing in it is escaped in JSON. */
const UNESCAPED = /^[ !#-[\]-~]*$/;

/**
 * JSON with the members of objects in one order: two texts that mean the same value are one (as in RFC 8785). `undefined`, which
 * JSON has not, is the empty text.
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

/** Most texts are as they are; `JSON.stringify` costs several times as much as finding that out. */
function quote(text: string): string {
  return UNESCAPED.test(text) ? `"${text}"` : JSON.stringify(text);
}
