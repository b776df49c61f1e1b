import { type BusError, classify, DeadlineExceededError, failureOf, InternalError } from '@trunkline/failures';
import { type Invoker, JobRun } from '@trunkline/service';
import { type Logger, logOutcomeAs } from '@trunkline/telemetry';
import { CancelScope, Deadline } from '@trunkline/time';
import { backoffMs } from '../failure/backoff';
import { FlowFailedError } from '../flow/flow-failed-error';
import { flowInput } from '../flow/flow-input';
import { recordOf } from '../failure/failure-record';
import { isRetryable } from '../failure/retryable';
import { type JobData, jobData } from '../job/job-data';
import type { StoredJob } from '../job-store';
import { AttemptFailedError } from './attempt-failed-error';
import { giveBack } from './give-back';
import { storable } from './storable';
import { UnkeptResultError } from './unkept-result-error';

/** What attempts are made with. */
export interface AttemptsOptions {
  readonly invoker: Invoker;
  readonly logger: Logger;
}

/** One attempt: a job, its number, and the scope that ends it. */
interface Attempt {
  readonly job: StoredJob;
  readonly id: string;
  readonly data: JobData;
  readonly number: number;
}

/** Runs attempts of jobs on this host: each is an invocation like any other, with the job's correlation id and a deadline. */
export class Attempts {
  readonly #options: AttemptsOptions;
  readonly #active = new Map<string, CancelScope>();
  readonly #losses = new WeakSet<Error>();
  #onIdle: (() => void) | undefined;
  #isEnding = false;

  constructor(options: AttemptsOptions) {
    this.#options = options;
  }

  /**
   * One attempt of a job.
   *
   * @param token - of the lock that the host has on the job
   * @returns what the service gave, as far as it can be kept
   * @throws {AttemptFailedError} for BullMQ, with the failure
   */
  async run(job: StoredJob, token: string): Promise<unknown> {
    const attempt = attemptOf(job);
    if (this.#isEnding) return giveBack(job, token, attempt.data);
    // A host that ended in the middle of an attempt has used it up.
    if (attempt.number > attempt.data.attempts) throw this.#ended(attempt, neverEnded(attempt));
    const scope = scopeOf(attempt.data);
    this.#active.set(attempt.id, scope);
    try {
      return storable(await this.#invoke(attempt, scope), attempt.data, this.#loggerOf(attempt));
    } catch (thrown) {
      if (scope.reason === ENDING) return await giveBack(job, token, attempt.data);
      if (scope.reason && this.#losses.has(scope.reason)) throw this.#lost(attempt, scope.reason);
      throw this.#ended(attempt, classify(thrown));
    } finally {
      scope.close();
      this.#active.delete(attempt.id);
      if (this.#active.size === 0) this.#onIdle?.();
    }
  }

  /** The host has lost its lock on a job: another one may have it already, and nothing of this attempt will count. */
  abandon(id: string): void {
    const loss = new InternalError(`the lock of the job ${id} was lost`);
    this.#losses.add(loss);
    this.#active.get(id)?.cancel(loss);
  }

  /**
   * Waits for the attempts that are under way; those that last longer are ended, and their jobs go back to where they were taken
   * from, without having lost an attempt.
   */
  async finish(graceMs: number): Promise<void> {
    if (this.#active.size > 0) await this.#idle(graceMs);
    this.#isEnding = true;
    if (this.#active.size === 0) return;
    const idle = this.#idle(GIVE_BACK_LIMIT_MS);
    for (const scope of this.#active.values()) scope.cancel(ENDING);
    await idle;
  }

  #idle(limitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, limitMs);
      this.#onIdle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #invoke({ job, id, data, number }: Attempt, scope: CancelScope): Promise<unknown> {
    const { invoker } = this.#options;
    const input = data.flow ? await flowInput(job, data.flow) : data.input;
    const run = new JobRun(id, number, new Date(job.timestamp), data.owner);
    const service = invoker.registry.get(data.service);
    const inbound = data.trace && { headers: data.trace };
    const context = { cid: data.cid, scope, depth: 1, inbound, job: run, caller: data.caller };
    return invoker.run(service, { input, texts: data.texts ?? NO_TEXTS, job: run }, context);
  }

  /** Writes the one line of an attempt that has failed, and says what is to become of the job. */
  #ended(attempt: Attempt, failure: BusError): AttemptFailedError {
    const { data, number } = attempt;
    const isLast = number >= data.attempts || isFinal(failure);
    const retryInMs = isLast ? undefined : waitAfter(number, data, failure);
    const fields = { attempt: number, attempts: data.attempts, ...(retryInMs !== undefined && { retryInMs }) };
    const message = isLast ? 'job failed, and is a dead letter now' : 'job failed, and will be tried again';
    logOutcomeAs(isLast ? 'error' : 'warn', this.#loggerOf(attempt), { failure, fields, message });
    const { code } = failure;
    const record = {
      attempt: number,
      replay: data.replays,
      at: new Date().toISOString(),
      code,
      message: failure.message,
    };
    return new AttemptFailedError({ failure: recordOf(failure), attempt: record, retryInMs });
  }

  /** What becomes of the job is in the hands of whoever has the lock now. */
  #lost(attempt: Attempt, reason: Error): Error {
    this.#loggerOf(attempt).warn(
      { attempt: attempt.number },
      'the lock of a job was lost; nothing of the attempt is kept',
    );
    return reason;
  }

  #loggerOf({ id, data }: Attempt): Logger {
    return this.#options.logger.child({ cid: data.cid, service: data.service, job: id });
  }
}

/** Why attempts are ended when the host ends. */
const ENDING = failureOf('SHUTTING_DOWN');
/** What the store gets to take jobs back. */
const GIVE_BACK_LIMIT_MS = 3_000;

const NO_TEXTS: readonly string[] = [];

function attemptOf(job: StoredJob): Attempt {
  const data = jobData.parse(job.data);
  return { job, id: job.id ?? '', data, number: job.attemptsStarted - data.returned };
}

function scopeOf({ service, timeoutMs }: JobData): CancelScope {
  return new CancelScope(Deadline.in(timeoutMs), () => new DeadlineExceededError(service, timeoutMs));
}

function neverEnded({ data }: Attempt): BusError {
  return new InternalError(
    `the last of ${data.attempts} attempts of ${data.service} began and never ended: its process died, or did nothing else for too long`,
  );
}

/** Would another attempt come to the same? */
function isFinal(failure: BusError): boolean {
  return failure instanceof FlowFailedError || failure instanceof UnkeptResultError || !isRetryable(failure);
}

function waitAfter(attempt: number, { backoff }: JobData, { retryAfter = 0 }: BusError): number {
  return Math.max(backoffMs(attempt, backoff), retryAfter * 1_000);
}
