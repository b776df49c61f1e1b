/** Preferences of a client for a request that takes long (RFC 7240 §4.1 and §4.3). */
export interface PreferHeader {
  /** `respond-async`: the client prefers a job. */
  readonly isAsync: boolean;
  /** `wait=N`: how long it waits for the result before it takes a job; `undefined` without it. */
  readonly waitMs: number | undefined;
}

const RESPOND_ASYNC = /(?:^|,)\s*respond-async\s*(?:[;,]|$)/i;
const WAIT = /(?:^|,)\s*wait\s*=\s*"?(\d{1,6})"?\s*(?:[;,]|$)/i;

/** Parses `Prefer`. Malformed preferences are ignored (RFC 7240 §2). */
export function parsePreferHeader(prefer: string | undefined): PreferHeader {
  if (prefer === undefined) return { isAsync: false, waitMs: undefined };
  const [, seconds] = WAIT.exec(prefer) ?? [];
  return { isAsync: RESPOND_ASYNC.test(prefer), waitMs: seconds === undefined ? undefined : Number(seconds) * 1_000 };
}
