/**
 * Stands before four hex digits, in place of a code unit that `jsonb` refuses: U+0000, and halves of surrogate pairs. A noncharacter
 * (Unicode, section 23.7), so that next to no text has to be changed that could be stored as it is.
 */
const MARK = '\uFDD0';

const SUSPECT = /\\u0000|\\ud[89a-f]|\uFDD0/;
/** What `JSON.stringify` escapes and `jsonb` refuses; other escapes are matched so that a backslash is not taken for the next one's. */
const ESCAPE = /\\(?:u(0000|d[89a-f][0-9a-f]{2})|.)|\uFDD0/g;
const MARKED = /\uFDD0([0-9a-f]{4})/g;

/** A JSON text of `JSON.stringify` as `jsonb` takes it; {@link restoreJson} or {@link restoreValue} makes it what it was. */
export function escapeJson(json: string): string {
  if (!SUSPECT.test(json)) return json;
  return json.replaceAll(ESCAPE, (found: string, refused?: string) => {
    if (found === MARK) return `${MARK}fdd0`;
    return refused === undefined ? found : `${MARK}${refused}`;
  });
}

/** As {@link escapeJson}, for a value; `undefined`, which JSON has not, stays. */
export function escapeValue<T>(value: T): T {
  const json: string | undefined = JSON.stringify(value);
  if (json === undefined || !SUSPECT.test(json)) return value;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is its own copy, with some code units escaped
  return JSON.parse(escapeJson(json)) as T;
}

/** The JSON text that {@link escapeJson} was given, or one that means the same. */
export function restoreJson(json: string): string {
  return json.includes(MARK) ? json.replaceAll(MARKED, String.raw`\u$1`) : json;
}

/** The value that {@link escapeValue} was given; itself where nothing was changed in it. */
export function restoreValue(value: unknown): unknown {
  if (typeof value === 'string') return restoreText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items: unknown[] = value.map(restoreValue);
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  const members = Object.entries(value).map(([name, member]) => [restoreText(name), restoreValue(member)] as const);
  const isChanged = members.some(
    ([name, member]) => !Object.hasOwn(value, name) || member !== Reflect.get(value, name),
  );
  return isChanged ? Object.fromEntries(members) : value;
}

function restoreText(text: string): string {
  if (!text.includes(MARK)) return text;
  return text.replaceAll(MARKED, (_found, unit: string) => String.fromCharCode(Number.parseInt(unit, 16)));
}
