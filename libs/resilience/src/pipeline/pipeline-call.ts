import type { CallScope } from '../call-scope';

/** What the pipeline needs of a call: its limits, and a record of its attempts. */
export interface PipelineCall extends CallScope {
  /** Number of attempts that have started. Hedged attempts count as one. */
  readonly attemptCount: number;
  /** Starts the call: from now on its total time runs. */
  start(): void;
  /** Starts an attempt. */
  startAttempt(): void;
  /** Starts the time limit of an attempt, once it has been admitted. The transport enforces it. */
  startAttemptTime(): void;
  /** Milliseconds left of the total time and of the deadline of the caller. */
  remainingMs(): number;
  /** Records that an attempt has failed. @returns whether an attempt had failed before */
  recordFailure(): boolean;
  /** Ends the call: it has its result or its failure. */
  end(): void;
}
