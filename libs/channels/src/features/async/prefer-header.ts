/** What a client would like of an answer that may take long (RFC 7240 §4.1 and §4.3). */
export interface PreferHeader {
  /** `respond-async`: it would rather be told of a job than wait. */
  readonly isAsync: boolean;
  /** `wait=N`: how long it would wait before that; `undefined` where it does not say. */
  readonly waitMs: number | undefined;
}

const RESPOND_ASYNC = /(?:^|,)\s*respond-async\s*(?:[;,]|$)/i;
const WAIT = /(?:^|,)\s*wait\s*=\s*"?(\d{1,6})"?\s*(?:[;,]|$)/i;

/** Reads `Prefer`; preferences that are not well-formed are none (RFC 7240 §2). */
export function parsePreferHeader(prefer: string | undefined): PreferHeader {
  if (prefer === undefined) return { isAsync: false, waitMs: undefined };
  const [, seconds] = WAIT.exec(prefer) ?? [];
  return { isAsync: RESPOND_ASYNC.test(prefer), waitMs: seconds === undefined ? undefined : Number(seconds) * 1_000 };
}
