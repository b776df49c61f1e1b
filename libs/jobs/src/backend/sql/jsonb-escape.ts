/**
 * Precedes four hex digits that replace a code unit which `jsonb` rejects: U+0000 and lone surrogates. It is a noncharacter (Unicode,
 * section 23.7), so that hardly any other text needs escaping.
 */
const ESCAPE_CHARACTER = '\uFDD0';

const NEEDS_ESCAPE = /\\u0000|\\ud[89a-f]|\uFDD0/;
/** Escapes of `JSON.stringify` that `jsonb` rejects. Other escapes match, too, so that an escaped backslash before `u0000` is left alone. */
const JSON_ESCAPE = /\\(?:u(0000|d[89a-f][0-9a-f]{2})|.)|\uFDD0/g;
const ESCAPED_UNIT = /\uFDD0([0-9a-f]{4})/g;

/** Escapes a JSON text of `JSON.stringify` for `jsonb`. {@link unescapeJson} and {@link unescapeValue} reverse it. */
export function escapeJson(json: string): string {
  if (!NEEDS_ESCAPE.test(json)) return json;
  return json.replaceAll(JSON_ESCAPE, (found: string, rejected?: string) => {
    if (found === ESCAPE_CHARACTER) return `${ESCAPE_CHARACTER}fdd0`;
    return rejected === undefined ? found : `${ESCAPE_CHARACTER}${rejected}`;
  });
}

/** Escapes the texts of a value as {@link escapeJson} does; `undefined` is returned unchanged. */
export function escapeValue<T>(value: T): T {
  const json: string | undefined = JSON.stringify(value);
  if (json === undefined || !NEEDS_ESCAPE.test(json)) return value;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a copy of the value, with some code units escaped
  return JSON.parse(escapeJson(json)) as T;
}

/** Reverses {@link escapeJson}: returns the original JSON text or an equivalent one. */
export function unescapeJson(json: string): string {
  return json.includes(ESCAPE_CHARACTER) ? json.replaceAll(ESCAPED_UNIT, String.raw`\u$1`) : json;
}

/** Reverses {@link escapeValue}. A value without escapes is returned itself. */
export function unescapeValue(value: unknown): unknown {
  if (typeof value === 'string') return unescapeText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items: unknown[] = value.map(unescapeValue);
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  const members = Object.entries(value).map(([name, member]) => [unescapeText(name), unescapeValue(member)] as const);
  const isChanged = members.some(
    ([name, member]) => !Object.hasOwn(value, name) || member !== Reflect.get(value, name),
  );
  return isChanged ? Object.fromEntries(members) : value;
}

function unescapeText(text: string): string {
  if (!text.includes(ESCAPE_CHARACTER)) return text;
  return text.replaceAll(ESCAPED_UNIT, (_found, unit: string) => String.fromCharCode(Number.parseInt(unit, 16)));
}
