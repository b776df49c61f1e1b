/** What the loop did from one look at it to the next. */
export interface EventLoopSample {
  /** Milliseconds in which nothing else could be begun: what other processes of a busy machine took is not among them. */
  readonly busyMs: number;
  readonly idleMs: number;
  /** How much later than it was to be this look came, in milliseconds of work: negative when it came in time. */
  readonly lateMs: number;
  /** Requests that were answered. */
  readonly completed: number;
  /** The most requests that were under way at once. */
  readonly peakInFlight: number;
}
