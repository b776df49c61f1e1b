import { BusError } from './bus-error';

/** The deadline of an invocation has passed: 504 `DEADLINE_EXCEEDED`. Nothing it started may go on: its signal is aborted with this error. */
export class DeadlineExceededError extends BusError {
  /** @param budgetMs - what the invocation had, in milliseconds */
  constructor(
    readonly service: string,
    readonly budgetMs: number,
    options?: ErrorOptions,
  ) {
    super(`${service} did not answer within ${budgetMs} ms`, { kind: 'deadline', ...options });
  }
}
