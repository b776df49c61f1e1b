import { BusError } from './bus-error';

/** The deadline of an invocation has passed: 504 `DEADLINE_EXCEEDED`. Its signal is aborted with this error, so that its work stops. */
export class DeadlineExceededError extends BusError {
  /** @param budgetMs - time limit of the invocation, in milliseconds */
  constructor(
    readonly service: string,
    readonly budgetMs: number,
    options?: ErrorOptions,
  ) {
    super(`${service} did not respond within ${budgetMs} ms`, { kind: 'deadline', ...options });
  }
}
