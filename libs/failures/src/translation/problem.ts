import type { Violation } from '../violations/violation';

/** What the client learns of a failure, in no format yet. */
export interface Problem {
  /** URI of the documentation page, or `about:blank`. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** A `status` text from the body of an application's exception. */
  readonly customStatus: string | undefined;
  readonly code: string;
  readonly detail: string | undefined;
  /** The correlation id, `request_id` in the body. */
  readonly cid: string;
  /** At most 100 violations. */
  readonly violations: readonly Violation[];
  /** Number of all violations, if not all are listed. */
  readonly violationCount: number | undefined;
  /** Seconds after which the client may retry. */
  readonly retryAfter: number | undefined;
  /** Facts of the failure, as further members. On a name collision the members above are kept. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** The format of an error body. `problem` is RFC 9457; the other two are widespread. */
export type ErrorFormat = 'problem' | 'envelope' | 'flat';
