import { isRecord } from '@trunkline/failures';
import { isHeaderValue } from '@trunkline/security';
import type { ResponseHeaders } from '../../http/response/http-response';

/** A failure may live long, in a job or a log buffer: 64 KiB is far above any error body that is for programs. */
const MAX_BODY_CHARACTERS = 65_536;

/** Deeper values would exhaust the stack of code that walks them. */
const MAX_DEPTH = 64;

/** What the client receives of an error body. */
interface PassedMembers {
  readonly detail?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** Returns the body of an error response, or `undefined` where it is larger than 64 KiB. */
export function boundBody(body: unknown): unknown {
  return measure(body, MAX_BODY_CHARACTERS, MAX_DEPTH) < 0 ? undefined : body;
}

/** Picks members of an error body. A text `detail` becomes that of the failure. Members that are absent are omitted. */
export function pickMembers(body: unknown, names: readonly string[]): PassedMembers {
  if (!isRecord(body)) return {};
  const picked = new Map(names.filter((name) => Object.hasOwn(body, name)).map((name) => [name, body[name]]));
  const detail = picked.get('detail');
  if (typeof detail !== 'string') return { data: Object.fromEntries(picked) };
  picked.delete('detail');
  return { detail, data: Object.fromEntries(picked) };
}

/** Picks headers of a response. Values that HTTP does not allow are omitted. */
export function pickHeaders(headers: ResponseHeaders, names: readonly string[]): Readonly<Record<string, string>> {
  const picked = names.flatMap((name): [string, string][] => {
    const value = headers[name.toLowerCase()];
    if (value === undefined) return [];
    const text = typeof value === 'string' ? value : value.join(', ');
    return isHeaderValue(text) ? [[name, text]] : [];
  });
  return Object.fromEntries(picked);
}

/** Subtracts the size of a value from a budget. It stops as soon as the result is below 0. */
function measure(value: unknown, budget: number, depth: number): number {
  if (typeof value === 'string') return budget - value.length - 2;
  if (typeof value !== 'object' || value === null) return budget - 8;
  if (depth === 0) return -1;
  let left = budget - 2;
  for (const [name, member] of Object.entries(value)) {
    if (left < 0) return left;
    left = measure(member, left - name.length - 3, depth - 1);
  }
  return left;
}
