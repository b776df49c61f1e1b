/** An attempt that has started. */
export interface HedgedAttempt<T> {
  /** Settles soon after {@link cancel}, at the latest. */
  readonly outcome: Promise<T>;
  /** Cancels the attempt. Has no effect on one that has ended. */
  cancel(): void;
}
