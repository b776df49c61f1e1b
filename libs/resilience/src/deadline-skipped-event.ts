/** An attempt is skipped: its wait and its expected latency are `neededMs`, and `remainingMs` are left of the deadline. */
export interface DeadlineSkippedEvent {
  readonly type: 'deadlineSkipped';
  /** Name of the connection. */
  readonly name: string;
  readonly neededMs: number;
  readonly remainingMs: number;
}
