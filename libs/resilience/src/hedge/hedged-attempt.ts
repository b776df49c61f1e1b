/** An attempt that has begun. */
export interface HedgedAttempt<T> {
  /** Settles soon after {@link cancel}, at the latest. */
  readonly outcome: Promise<T>;
  /** Ends the attempt, as nobody waits for it any more. Without effect on one that has ended. */
  cancel(): void;
}
