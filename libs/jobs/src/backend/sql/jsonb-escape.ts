/**
 * Stands before four hex digits, in place of a code unit that `jsonb` refuses: U+0000, and halves of surrogate pairs. A noncharacter
 * (Unicode, section 23.7), so that next to no text has to be changed that could be stored as it is.
 */
const ESCAPE_CHARACTER = '\uFDD0';

const NEEDS_ESCAPE = /\\u0000|\\ud[89a-f]|\uFDD0/;
/** What `JSON.stringify` escapes and `jsonb` refuses; other escapes are matched so that a backslash is not taken for the next one's. */
const JSON_ESCAPE = /\\(?:u(0000|d[89a-f][0-9a-f]{2})|.)|\uFDD0/g;
const ESCAPED_UNIT = /\uFDD0([0-9a-f]{4})/g;

/** A JSON text of `JSON.stringify` as `jsonb` takes it; {@link unescapeJson} or {@link unescapeValue} makes it what it was. */
export function escapeJson(json: string): string {
  if (!NEEDS_ESCAPE.test(json)) return json;
  return json.replaceAll(JSON_ESCAPE, (found: string, refused?: string) => {
    if (found === ESCAPE_CHARACTER) return `${ESCAPE_CHARACTER}fdd0`;
    return refused === undefined ? found : `${ESCAPE_CHARACTER}${refused}`;
  });
}

/** As {@link escapeJson}, for a value; `undefined`, which JSON has not, stays. */
export function escapeValue<T>(value: T): T {
  const json: string | undefined = JSON.stringify(value);
  if (json === undefined || !NEEDS_ESCAPE.test(json)) return value;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is its own copy, with some code units escaped
  return JSON.parse(escapeJson(json)) as T;
}

/** The JSON text that {@link escapeJson} was given, or one that means the same. */
export function unescapeJson(json: string): string {
  return json.includes(ESCAPE_CHARACTER) ? json.replaceAll(ESCAPED_UNIT, String.raw`\u$1`) : json;
}

/** The value that {@link escapeValue} was given; itself where nothing was changed in it. */
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
