/** Activity of the event loop between two samples. */
export interface EventLoopSample {
  /** Time in milliseconds in which the event loop was busy, without CPU time of other processes. */
  readonly busyMs: number;
  readonly idleMs: number;
  /** Busy time beyond the sampling interval in milliseconds; negative when the sample is on time. */
  readonly lateMs: number;
  /** Number of completed requests. */
  readonly completed: number;
  /** Maximum number of requests in flight. */
  readonly peakInFlight: number;
}
