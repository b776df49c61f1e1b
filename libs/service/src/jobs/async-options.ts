import type { Duration } from '@trunkline/time';
import type { RejectedInputOptions } from '../invocation/invoke-options';

/** Exponential backoff between the attempts of a job: each delay is twice the previous one. */
export interface BackoffOptions {
  /** Delay after the first attempt. Default: that of the bus, 1 s. */
  readonly initial?: Duration;
  /** The longest delay. Default: that of the bus, 5 m. */
  readonly max?: Duration;
}

/** Options of a job. */
export interface AsyncOptions extends RejectedInputOptions {
  /** Delay before the first attempt. Default 0. */
  readonly delay?: Duration;
  /** Number of attempts, including the first. Default: that of the bus, 5. */
  readonly attempts?: number;
  readonly backoff?: BackoffOptions;
  /**
   * While a job of this service, caller and id has not ended, no second job is created: the result is the id of the first.
   * 1 to 128 letters, digits, dots, underscores and hyphens.
   */
  readonly deduplicationId?: string;
  /** 0 to 2 097 151; jobs with a lower number run first. Default 0. */
  readonly priority?: number;
  /** Time limit of one attempt. Default: that of the service, else that of the bus. */
  readonly timeout?: Duration;
}

/** Options of a durable composite. Unless a member says otherwise, each applies to all of its jobs. */
export interface FlowOptions extends Omit<AsyncOptions, 'deduplicationId' | 'refusals'> {
  /** Delay of its branches before their first attempt. Default 0. */
  readonly delay?: Duration;
  /** Time limit of one attempt of `into`. Default: that of the service, else that of the bus. */
  readonly timeout?: Duration;
}
