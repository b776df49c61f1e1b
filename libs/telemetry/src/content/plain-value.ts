import { isErrorLike, plainError } from './plain-error';
import { summaryOf } from './summary';

const DEEPEST = 8;
const MOST_ENTRIES = 100;

/**
 * A value as it may stand in a log line: plain JSON of bounded depth and breadth, without cycles. Errors become what
 * {@link plainError} makes of them wherever they stand, and what is not plain data what {@link summaryOf} says. It never throws.
 * Secrets are not its concern: they are taken out of the finished line.
 *
 * @param path - the objects that this value stands in
 */
export function plainValue(value: unknown, path: readonly object[] = []): unknown {
  if (typeof value === 'object' && value !== null) return readable(() => plainObject(value, path));
  if (typeof value === 'bigint' || typeof value === 'symbol') return String(value);
  return typeof value === 'function' ? undefined : value;
}

/** What cannot be read (a proxy, a getter that throws) must not keep the rest from being logged. */
function readable(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return '[unreadable]';
  }
}

function plainObject(value: object, path: readonly object[]): unknown {
  if (path.includes(value)) return '[circular]';
  if (path.length > DEEPEST) return '[deeper]';
  const inside = [...path, value];
  if (isErrorLike(value)) return plainError(value, (part) => plainValue(part, inside));
  const summary = summaryOf(value);
  if (summary !== value) return plainValue(summary, inside);
  if (Array.isArray(value)) return firstOf(value).map((element) => plainValue(element, inside));
  return plainMembers(value, inside);
}

function firstOf(elements: readonly unknown[]): readonly unknown[] {
  if (elements.length <= MOST_ENTRIES) return elements;
  return [...elements.slice(0, MOST_ENTRIES), `… and ${elements.length - MOST_ENTRIES} more`];
}

/** By `fromEntries`, which makes an ordinary member of a key that is called `__proto__`. */
function plainMembers(value: object, inside: readonly object[]): Record<string, unknown> {
  const keys = Object.keys(value);
  const members = keys
    .slice(0, MOST_ENTRIES)
    .map((key) => [key, readable(() => plainValue(Reflect.get(value, key), inside))] as const);
  const rest = keys.length - members.length;
  return Object.fromEntries(rest === 0 ? members : [...members, ['…', `and ${rest} more`]]);
}
