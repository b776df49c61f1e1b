import type { Violation } from '../violations/violation';

/** What the client is told of a failure, before it is put into a format. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** What the application itself says under that name, in the body of an exception of its own. */
  readonly customStatus: string | undefined;
  readonly code: string;
  readonly detail: string | undefined;
  readonly cid: string;
  /** At most 100. */
  readonly violations: readonly Violation[];
  /** How many violations there are, where that is more than are listed. */
  readonly violationCount: number | undefined;
  /** Seconds. */
  readonly retryAfter: number | undefined;
  /** Facts of the failure: members beside those above, which win where names collide. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** How an error body looks. `problem` is RFC 9457; the other two are what many clients already read. */
export type ErrorFormat = 'problem' | 'envelope' | 'flat';
