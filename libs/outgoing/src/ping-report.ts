/**
 * The state of an upstream.
 *
 * - `up`: it responded to its ping with success
 * - `down`: it responded otherwise or not at all, or its connection is on hold
 * - `unknown`: its connection has no ping
 */
export interface PingReport {
  /** Name of the outgoing connection. */
  readonly connection: string;
  readonly state: 'up' | 'down' | 'unknown';
  /** Status of the response; absent without a response, and in protocols without statuses. */
  readonly status?: number;
  /** Milliseconds from connect to last byte. */
  readonly ms?: number;
  /** Why it is down: the code with which an adapter would fail. */
  readonly code?: string;
  /** Seconds until the hold of its connection ends. */
  readonly retryAfter?: number;
}
