import { setTimeout as pause } from 'node:timers/promises';
import { type BusError, classify, DeadlineExceededError, createFailure, InternalError } from '@trunkline/failures';
import { computeEqualJitterBackoffMs } from '@trunkline/resilience';
import { type Composed, type Invoker, JobRun } from '@trunkline/service';
import { type Logger, logOutcomeAs } from '@trunkline/telemetry';
import { CancelScope, Deadline } from '@trunkline/time';
import { FlowFailedError } from '../flows/flow-failed-error';
import { collectFlowInput } from '../flows/flow-input';
import type { FlowRecord } from '../flows/flow-record';
import { createFailureRecord } from '../failure-records/failure-record';
import { isRetryable } from './retryable';
import { type JobData, jobData } from '../queues/job-data';
import type { JobStore, StoredJob } from '../queues/job-store';
import { AttemptFailedError } from './attempt-failed-error';
import { suspendForBranches, releaseJob, delayJob, type ActiveJob } from './release-job';
import { JobReleasedError } from './job-released-error';
import { toStorableResult } from './storable-result';
import { ResultNotStorableError } from './result-not-storable-error';
import { UnknownServiceError } from './unknown-service-error';
import { UnknownServicePolicy } from './unknown-service-policy';

/** What attempts are made with. */
export interface AttemptRunnerOptions {
  readonly invoker: Invoker;
  readonly store: JobStore;
  /** How long a host may do nothing for its jobs. */
  readonly lockMs: number;
  /** How long a job is given back whose service this host does not have. */
  readonly unknownServiceTimeoutMs: number;
  readonly logger: Logger;
}

/** One attempt: a job, and its number. */
interface JobAttempt extends ActiveJob {
  readonly id: string;
  readonly number: number;
  /** Has its process died, or done nothing else for too long, in one attempt after the other? */
  readonly isSuspectedPoison: boolean;
}

/** Runs attempts of jobs on this host: each is an invocation like any other, with the job's correlation id and a deadline. */
export class AttemptRunner {
  readonly #options: AttemptRunnerOptions;
  readonly #unknownServicePolicy: UnknownServicePolicy;
  readonly #activeScopes = new Map<string, CancelScope>();
  readonly #lockLosses = new WeakSet<Error>();
  #isolatedJobId: string | undefined;
  #onIdle: (() => void) | undefined;
  #isStopping = false;

  constructor(options: AttemptRunnerOptions) {
    this.#options = options;
    const { unknownServiceTimeoutMs: deadLetterAfterMs, logger } = options;
    this.#unknownServicePolicy = new UnknownServicePolicy({ deadLetterAfterMs, logger });
  }

  /**
   * One attempt of a job.
   *
   * @param token - of the lock that the host has on the job
   * @returns what the service gave, as far as it can be kept
   * @throws {AttemptFailedError} for BullMQ, with the failure
   */
  async run(job: StoredJob, token: string): Promise<unknown> {
    const attempt = parseAttempt(job, token);
    // A host that ended in the middle of an attempt has used it up.
    if (attempt.number > attempt.data.attempts) throw this.#reportCrash(attempt);
    if (!this.#options.invoker.registry.find(attempt.data.service)) return this.#handleUnknownService(attempt);
    if (this.#hasConflict(attempt)) return delayJob(attempt, CONFLICT_DELAY_MS);
    if (attempt.isSuspectedPoison) await this.#isolate(attempt);
    return this.#isStopping ? releaseJob(attempt) : this.#execute(attempt);
  }

  /** The host has lost its lock on a job: another one may have it already, and nothing of this attempt will count. */
  handleLockLost(id: string): void {
    const loss = new InternalError(`the lock of the job ${id} was lost`);
    this.#lockLosses.add(loss);
    this.#activeScopes.get(id)?.cancel(loss);
  }

  /**
   * Waits for the attempts that are under way; those that last longer are ended, and their jobs go back to where they were taken
   * from, without having lost an attempt.
   */
  async finish(graceMs: number): Promise<void> {
    if (this.#activeScopes.size > 0) await this.#waitUntilIdle(graceMs);
    this.#isStopping = true;
    if (this.#activeScopes.size === 0) return;
    const idle = this.#waitUntilIdle(RELEASE_TIMEOUT_MS);
    for (const scope of this.#activeScopes.values()) scope.cancel(SHUTDOWN_REASON);
    await idle;
  }

  async #execute(attempt: JobAttempt): Promise<unknown> {
    const scope = createCancelScope(attempt.data);
    this.#activeScopes.set(attempt.id, scope);
    try {
      const result = toStorableResult(await this.#invoke(attempt, scope), attempt.data, this.#createLogger(attempt));
      return (await this.#hasLock(attempt, scope)) ? result : this.#reportLockLost(attempt);
    } catch (thrown) {
      if (thrown instanceof JobReleasedError) throw thrown;
      if (scope.reason === SHUTDOWN_REASON) return await releaseJob(attempt);
      if (!(await this.#hasLock(attempt, scope))) return this.#reportLockLost(attempt);
      throw this.#reportFailure(attempt, classify(thrown));
    } finally {
      scope.close();
      this.#removeActive(attempt);
    }
  }

  /** Puts back a job whose service this host does not have, as long as it makes sense. */
  #handleUnknownService(attempt: JobAttempt): Promise<never> {
    try {
      const { data, delayMs } = this.#unknownServicePolicy.planRelease(attempt.data, attempt.number);
      return delayJob({ ...attempt, data }, delayMs);
    } catch (thrown) {
      throw this.#reportFailure(attempt, classify(thrown));
    }
  }

  #waitUntilIdle(limitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, limitMs);
      this.#onIdle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /**
   * Is there something here that an attempt must not run beside? One of the same job, whose lock has run out while the host did
   * nothing else; or, for one that may be what its hosts die of, another such: each time they die together, both have used up an
   * attempt, and it is one of them that did it.
   */
  #hasConflict({ id, isSuspectedPoison }: JobAttempt): boolean {
    if (this.#activeScopes.has(id)) {
      this.handleLockLost(id);
      return true;
    }
    return isSuspectedPoison && this.#isolatedJobId !== undefined;
  }

  async #isolate({ id }: JobAttempt): Promise<void> {
    this.#isolatedJobId = id;
    await pause(ISOLATION_DELAY_MS);
  }

  #removeActive({ id }: JobAttempt): void {
    this.#activeScopes.delete(id);
    if (this.#isolatedJobId === id) this.#isolatedJobId = undefined;
    if (this.#activeScopes.size === 0) this.#onIdle?.();
  }

  /** Does the host still have its lock on the job? Only one that had not the time to renew it has to ask. */
  async #hasLock({ job, token }: JobAttempt, scope: CancelScope): Promise<boolean> {
    const { store, lockMs } = this.#options;
    if (scope.reason && this.#lockLosses.has(scope.reason)) return false;
    if (Date.now() - (job.processedOn ?? 0) < lockMs) return true;
    // A store that does not answer does not take what the attempt gave, either.
    const extended = await store.call(() => job.extendLock(token, lockMs)).catch(() => 1);
    return extended === 1;
  }

  async #invoke(attempt: JobAttempt, scope: CancelScope): Promise<unknown> {
    const { invoker } = this.#options;
    const { job, id, data, number } = attempt;
    const input = data.flow ? await this.#collectFlowInput(attempt, data.flow) : data.input;
    const facts = { id, attempt: number, enqueuedAt: new Date(job.timestamp) };
    const run = new JobRun(facts, { owner: data.owner, keyPrefix: data.firstId });
    const service = invoker.registry.get(data.service);
    const inbound = data.trace && { headers: data.trace };
    const context = { cid: data.cid, scope, depth: 1, inbound, job: run, caller: data.caller };
    return invoker.run(service, { input, coercibleMembers: data.texts ?? NO_COERCIBLE_MEMBERS, job: run }, context);
  }

  async #collectFlowInput(attempt: JobAttempt, plan: FlowRecord): Promise<Composed> {
    const composed = await collectFlowInput(attempt, plan, this.#options.store);
    return composed ?? suspendForBranches(attempt);
  }

  /** Writes the one line of an attempt that has failed, and says what is to become of the job. */
  #reportFailure(attempt: JobAttempt, failure: BusError): AttemptFailedError {
    const { data, number } = attempt;
    const isLast = number >= data.attempts || isPermanent(failure);
    const retryInMs = isLast ? undefined : computeRetryDelayMs(number, data, failure);
    const fields = { attempt: number, attempts: data.attempts, ...(retryInMs !== undefined && { retryInMs }) };
    const message = isLast ? 'job failed, and is a dead letter now' : 'job failed, and will be tried again';
    logOutcomeAs(isLast ? 'error' : 'warn', this.#createLogger(attempt), { failure, fields, message });
    const { code } = failure;
    const record = {
      attempt: number,
      replay: data.replays,
      at: new Date().toISOString(),
      code,
      message: failure.message,
    };
    return new AttemptFailedError({ failure: createFailureRecord(failure), attempt: record, retryInMs });
  }

  /** There is nothing left of the last attempt but that it began. */
  #reportCrash(attempt: JobAttempt): AttemptFailedError {
    const { service, attempts } = attempt.data;
    const failure = new InternalError(
      `the last of ${attempts} attempts of ${service} began and never ended: its process died, or did nothing else for too long`,
    );
    return this.#reportFailure({ ...attempt, number: attempts }, failure);
  }

  /** What becomes of the job is in the hands of whoever has the lock now. */
  #reportLockLost(attempt: JobAttempt): never {
    this.#createLogger(attempt).warn(
      { attempt: attempt.number },
      'the lock of a job was lost; nothing of the attempt is kept',
    );
    throw new JobReleasedError('its lock was lost');
  }

  #createLogger({ id, data }: JobAttempt): Logger {
    return this.#options.logger.child({ cid: data.cid, service: data.service, job: id });
  }
}

/** Why attempts are ended when the host ends. */
const SHUTDOWN_REASON = createFailure('SHUTTING_DOWN');
/** What the store gets to take jobs back. */
const RELEASE_TIMEOUT_MS = 3_000;

/** One such end is an accident that every job of a host shares; of two in a row, one of the jobs may be the reason. */
const SUSPECT_AFTER_CRASHES = 2;
const CONFLICT_DELAY_MS = 2_000;
/** Until the others that were taken at the same time have been put back. */
const ISOLATION_DELAY_MS = 500;

const NO_COERCIBLE_MEMBERS: readonly string[] = [];

function parseAttempt(job: StoredJob, token: string): JobAttempt {
  const data = jobData.parse(job.data);
  const number = job.attemptsStarted - data.returned;
  const unended = number - 1 - job.attemptsMade;
  const isSuspectedPoison = unended > 0 && unended >= Math.min(SUSPECT_AFTER_CRASHES, data.attempts - 1);
  return { job, token, id: job.id ?? '', data, number, isSuspectedPoison };
}

function createCancelScope({ service, timeoutMs }: JobData): CancelScope {
  return new CancelScope(Deadline.in(timeoutMs), () => new DeadlineExceededError(service, timeoutMs));
}

const PERMANENT_FAILURES = [FlowFailedError, ResultNotStorableError, UnknownServiceError];

/** Would another attempt come to the same? */
function isPermanent(failure: BusError): boolean {
  return PERMANENT_FAILURES.some((final) => failure instanceof final) || !isRetryable(failure);
}

function computeRetryDelayMs(attempt: number, { backoff }: JobData, { retryAfter = 0 }: BusError): number {
  return Math.max(computeEqualJitterBackoffMs(attempt, backoff, Math.random), retryAfter * 1_000);
}
