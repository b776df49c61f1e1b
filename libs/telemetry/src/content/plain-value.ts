import { isErrorLike, toPlainError } from './plain-error';
import { summarize } from './summarize';

const MAX_DEPTH = 8;
const MAX_ENTRIES = 100;

/**
 * Converts a value to plain JSON for a log line, of limited depth and breadth, without cycles. Errors are converted by
 * {@link toPlainError}, objects that are not plain data by {@link summarize}. Never throws. Secrets are masked later, in the finished line.
 *
 * @param path - the objects that contain the value
 */
export function toPlainValue(value: unknown, path: readonly object[] = []): unknown {
  if (typeof value === 'object' && value !== null) return readSafely(() => toPlainObject(value, path));
  if (typeof value === 'bigint' || typeof value === 'symbol') return String(value);
  return typeof value === 'function' ? undefined : value;
}

/** An unreadable value (a proxy, a getter that throws) must not prevent the rest from being logged. */
function readSafely(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return '[unreadable]';
  }
}

function toPlainObject(value: object, path: readonly object[]): unknown {
  if (path.includes(value)) return '[circular]';
  if (path.length > MAX_DEPTH) return '[deeper]';
  const inside = [...path, value];
  if (isErrorLike(value)) return toPlainError(value, (part) => toPlainValue(part, inside));
  const summary = summarize(value);
  if (summary !== value) return toPlainValue(summary, inside);
  if (Array.isArray(value)) return truncateList(value).map((element) => toPlainValue(element, inside));
  return toPlainMembers(value, inside);
}

function truncateList(elements: readonly unknown[]): readonly unknown[] {
  if (elements.length <= MAX_ENTRIES) return elements;
  return [...elements.slice(0, MAX_ENTRIES), `… and ${elements.length - MAX_ENTRIES} more`];
}

/** Uses `fromEntries`, which creates an ordinary member for the key `__proto__`. */
function toPlainMembers(value: object, inside: readonly object[]): Record<string, unknown> {
  const keys = Object.keys(value);
  const members = keys
    .slice(0, MAX_ENTRIES)
    .map((key) => [key, readSafely(() => toPlainValue(Reflect.get(value, key), inside))] as const);
  const rest = keys.length - members.length;
  return Object.fromEntries(rest === 0 ? members : [...members, ['…', `and ${rest} more`]]);
}
