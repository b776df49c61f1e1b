import { createFailure, DeadlineExceededError } from '@trunkline/failures';
import { CancelScope, Deadline } from '@trunkline/time';
import type { JobAttempt } from './job-attempt';
import { LockLostError } from './lock-lost-error';

/** Why attempts are cancelled when the host shuts down. */
const SHUTDOWN_REASON = createFailure('SHUTTING_DOWN');
/** The time the store gets to take jobs back at shutdown. */
const RELEASE_TIMEOUT_MS = 3_000;

/** The attempts that run on this host. Each is cancelled at its deadline, when its lock is lost, and at shutdown. */
export class ActiveAttempts {
  readonly #scopes = new Map<string, CancelScope>();
  #onIdle: (() => void) | undefined;
  #isStopping = false;

  /** No attempt may start any more. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** Whether an attempt of this job runs on this host. */
  has(id: string): boolean {
    return this.#scopes.has(id);
  }

  /** Adds an attempt. @returns the scope to run it in, ended by {@link remove} */
  add({ id, data: { service, timeoutMs } }: JobAttempt): CancelScope {
    const scope = new CancelScope(Deadline.in(timeoutMs), () => new DeadlineExceededError(service, timeoutMs));
    this.#scopes.set(id, scope);
    return scope;
  }

  /** Closes the scope of an attempt that has finished. */
  remove({ id }: JobAttempt): void {
    this.#scopes.get(id)?.close();
    this.#scopes.delete(id);
    if (this.#scopes.size === 0) this.#onIdle?.();
  }

  /** Cancels the attempt of a job whose lock was lost: another host may run the job already. */
  handleLockLost(id: string): void {
    this.#scopes.get(id)?.cancel(new LockLostError(id));
  }

  /** Whether an attempt was cancelled by {@link finish}. */
  isCancelledByShutdown({ reason }: CancelScope): boolean {
    return reason === SHUTDOWN_REASON;
  }

  /** Waits for running attempts to finish; those that take longer than `graceMs` are cancelled. */
  async finish(graceMs: number): Promise<void> {
    if (this.#scopes.size > 0) await this.#waitUntilIdle(graceMs);
    this.#isStopping = true;
    if (this.#scopes.size === 0) return;
    const idle = this.#waitUntilIdle(RELEASE_TIMEOUT_MS);
    for (const scope of this.#scopes.values()) scope.cancel(SHUTDOWN_REASON);
    await idle;
  }

  #waitUntilIdle(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#onIdle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
