/** The count of a call against the limit of an upstream. */
export interface CallCount {
  /** Milliseconds until a call is allowed; 0: the call was counted. */
  readonly waitMs: number;
}

/** Counts calls against the limit of an upstream: in memory, or in a store that several hosts share. */
export interface CallCounter {
  /** Milliseconds from one call to the next, in the long run. */
  readonly intervalMs: number;
  /** Counts a call if the limit allows it. It never rejects. Returns a promise only if the store is asynchronous. */
  count(): CallCount | Promise<CallCount>;
}
