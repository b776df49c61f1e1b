import { setTimeout as pause } from 'node:timers/promises';
import { type BusError, classify, DeadlineExceededError, failureOf, InternalError } from '@trunkline/failures';
import { type Composed, type Invoker, JobRun } from '@trunkline/service';
import { type Logger, logOutcomeAs } from '@trunkline/telemetry';
import { CancelScope, Deadline } from '@trunkline/time';
import { backoffMs } from '../failure/backoff';
import { FlowFailedError } from '../flow/flow-failed-error';
import { flowInput } from '../flow/flow-input';
import type { FlowPlan } from '../flow/flow-plan';
import { recordOf } from '../failure/failure-record';
import { isRetryable } from '../failure/retryable';
import { type JobData, jobData } from '../job/job-data';
import type { JobStore, StoredJob } from '../job-store';
import { AttemptFailedError } from './attempt-failed-error';
import { awaitBranches, giveBack, postpone, type TakenJob } from './give-back';
import { OutOfHandsError } from './out-of-hands-error';
import { storable } from './storable';
import { UnkeptResultError } from './unkept-result-error';
import { UnknownServiceError } from './unknown-service-error';
import { UnknownServices } from './unknown-services';

/** What attempts are made with. */
export interface AttemptsOptions {
  readonly invoker: Invoker;
  readonly store: JobStore;
  /** How long a host may do nothing for its jobs. */
  readonly lockMs: number;
  /** How long a job is given back whose service this host does not have. */
  readonly unknownServiceMs: number;
  readonly logger: Logger;
}

/** One attempt: a job, and its number. */
interface Attempt extends TakenJob {
  readonly id: string;
  readonly number: number;
  /** Has its process died, or done nothing else for too long, in one attempt after the other? */
  readonly isSuspect: boolean;
}

/** Runs attempts of jobs on this host: each is an invocation like any other, with the job's correlation id and a deadline. */
export class Attempts {
  readonly #options: AttemptsOptions;
  readonly #unknownServices: UnknownServices;
  readonly #active = new Map<string, CancelScope>();
  readonly #losses = new WeakSet<Error>();
  #suspect: string | undefined;
  #onIdle: (() => void) | undefined;
  #isEnding = false;

  constructor(options: AttemptsOptions) {
    this.#options = options;
    const { unknownServiceMs: patienceMs, logger } = options;
    this.#unknownServices = new UnknownServices({ patienceMs, logger });
  }

  /**
   * One attempt of a job.
   *
   * @param token - of the lock that the host has on the job
   * @returns what the service gave, as far as it can be kept
   * @throws {AttemptFailedError} for BullMQ, with the failure
   */
  async run(job: StoredJob, token: string): Promise<unknown> {
    const attempt = attemptOf(job, token);
    // A host that ended in the middle of an attempt has used it up.
    if (attempt.number > attempt.data.attempts) throw this.#neverEnded(attempt);
    if (!this.#options.invoker.registry.find(attempt.data.service)) return this.#leaveToOthers(attempt);
    if (this.#isInTheWay(attempt)) return postpone(attempt, POSTPONED_BY_MS);
    if (attempt.isSuspect) await this.#alone(attempt);
    return this.#isEnding ? giveBack(attempt) : this.#try(attempt);
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

  async #try(attempt: Attempt): Promise<unknown> {
    const scope = scopeOf(attempt.data);
    this.#active.set(attempt.id, scope);
    try {
      const result = storable(await this.#invoke(attempt, scope), attempt.data, this.#loggerOf(attempt));
      return (await this.#isOwn(attempt, scope)) ? result : this.#lost(attempt);
    } catch (thrown) {
      if (thrown instanceof OutOfHandsError) throw thrown;
      if (scope.reason === ENDING) return await giveBack(attempt);
      if (!(await this.#isOwn(attempt, scope))) return this.#lost(attempt);
      throw this.#ended(attempt, classify(thrown));
    } finally {
      scope.close();
      this.#finished(attempt);
    }
  }

  /** Puts back a job whose service this host does not have, as long as it makes sense. */
  #leaveToOthers(attempt: Attempt): Promise<never> {
    try {
      const { data, waitMs } = this.#unknownServices.giveBack(attempt.data, attempt.number);
      return postpone({ ...attempt, data }, waitMs);
    } catch (thrown) {
      throw this.#ended(attempt, classify(thrown));
    }
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

  /**
   * Is there something here that an attempt must not run beside? One of the same job, whose lock has run out while the host did
   * nothing else; or, for one that may be what its hosts die of, another such: each time they die together, both have used up an
   * attempt, and it is one of them that did it.
   */
  #isInTheWay({ id, isSuspect }: Attempt): boolean {
    if (this.#active.has(id)) {
      this.abandon(id);
      return true;
    }
    return isSuspect && this.#suspect !== undefined;
  }

  async #alone({ id }: Attempt): Promise<void> {
    this.#suspect = id;
    await pause(ALONE_AFTER_MS);
  }

  #finished({ id }: Attempt): void {
    this.#active.delete(id);
    if (this.#suspect === id) this.#suspect = undefined;
    if (this.#active.size === 0) this.#onIdle?.();
  }

  /** Does the host still have its lock on the job? Only one that had not the time to renew it has to ask. */
  async #isOwn({ job, token }: Attempt, scope: CancelScope): Promise<boolean> {
    const { store, lockMs } = this.#options;
    if (scope.reason && this.#losses.has(scope.reason)) return false;
    if (Date.now() - (job.processedOn ?? 0) < lockMs) return true;
    // A store that does not answer does not take what the attempt gave, either.
    const extended = await store.call(() => job.extendLock(token, lockMs)).catch(() => 1);
    return extended === 1;
  }

  async #invoke(attempt: Attempt, scope: CancelScope): Promise<unknown> {
    const { invoker } = this.#options;
    const { job, id, data, number } = attempt;
    const input = data.flow ? await this.#composed(attempt, data.flow) : data.input;
    const facts = { id, attempt: number, enqueuedAt: new Date(job.timestamp) };
    const run = new JobRun(facts, { owner: data.owner, keyPrefix: data.firstId });
    const service = invoker.registry.get(data.service);
    const inbound = data.trace && { headers: data.trace };
    const context = { cid: data.cid, scope, depth: 1, inbound, job: run, caller: data.caller };
    return invoker.run(service, { input, texts: data.texts ?? NO_TEXTS, job: run }, context);
  }

  async #composed(attempt: Attempt, plan: FlowPlan): Promise<Composed> {
    const composed = await flowInput(attempt, plan, this.#options.store);
    return composed ?? awaitBranches(attempt);
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

  /** There is nothing left of the last attempt but that it began. */
  #neverEnded(attempt: Attempt): AttemptFailedError {
    const { service, attempts } = attempt.data;
    const failure = new InternalError(
      `the last of ${attempts} attempts of ${service} began and never ended: its process died, or did nothing else for too long`,
    );
    return this.#ended({ ...attempt, number: attempts }, failure);
  }

  /** What becomes of the job is in the hands of whoever has the lock now. */
  #lost(attempt: Attempt): never {
    this.#loggerOf(attempt).warn(
      { attempt: attempt.number },
      'the lock of a job was lost; nothing of the attempt is kept',
    );
    throw new OutOfHandsError('its lock was lost');
  }

  #loggerOf({ id, data }: Attempt): Logger {
    return this.#options.logger.child({ cid: data.cid, service: data.service, job: id });
  }
}

/** Why attempts are ended when the host ends. */
const ENDING = failureOf('SHUTTING_DOWN');
/** What the store gets to take jobs back. */
const GIVE_BACK_LIMIT_MS = 3_000;

/** One such end is an accident that every job of a host shares; of two in a row, one of the jobs may be the reason. */
const SUSPECT_AFTER = 2;
const POSTPONED_BY_MS = 2_000;
/** Until the others that were taken at the same time have been put back. */
const ALONE_AFTER_MS = 500;

const NO_TEXTS: readonly string[] = [];

function attemptOf(job: StoredJob, token: string): Attempt {
  const data = jobData.parse(job.data);
  const number = job.attemptsStarted - data.returned;
  const unended = number - 1 - job.attemptsMade;
  const isSuspect = unended > 0 && unended >= Math.min(SUSPECT_AFTER, data.attempts - 1);
  return { job, token, id: job.id ?? '', data, number, isSuspect };
}

function scopeOf({ service, timeoutMs }: JobData): CancelScope {
  return new CancelScope(Deadline.in(timeoutMs), () => new DeadlineExceededError(service, timeoutMs));
}

const FINAL = [FlowFailedError, UnkeptResultError, UnknownServiceError];

/** Would another attempt come to the same? */
function isFinal(failure: BusError): boolean {
  return FINAL.some((final) => failure instanceof final) || !isRetryable(failure);
}

function waitAfter(attempt: number, { backoff }: JobData, { retryAfter = 0 }: BusError): number {
  return Math.max(backoffMs(attempt, backoff), retryAfter * 1_000);
}
