import { classify } from '@trunkline/failures';
import { type Composed, type Invoker, JobRun } from '@trunkline/service';
import type { Logger } from '@trunkline/telemetry';
import type { CancelScope } from '@trunkline/time';
import { collectFlowInput } from '../flows/flow-input';
import type { FlowRecord } from '../flows/flow-record';
import type { JobStore, StoredJob } from '../queues/job-store';
import { ActiveAttempts } from './active-attempts';
import { AttemptReporter } from './attempt-reporter';
import { type JobAttempt, parseAttempt } from './job-attempt';
import { JobLock } from './job-lock';
import { JobReleasedError } from './job-released-error';
import { PoisonIsolation } from './poison-isolation';
import { delayJob, releaseJob, suspendForBranches } from './release-job';
import { toStorableResult } from './storable-result';
import { UnknownServicePolicy } from './unknown-service-policy';

/** Collaborators and time limits of an {@link AttemptRunner}. */
export interface AttemptRunnerOptions {
  readonly invoker: Invoker;
  readonly store: JobStore;
  /** How long the lock on a job is valid without being renewed. */
  readonly lockMs: number;
  /** How long a job is released again and again whose service this host does not have. */
  readonly unknownServiceTimeoutMs: number;
  readonly logger: Logger;
}

const CONFLICT_DELAY_MS = 2_000;
const NO_COERCIBLE_MEMBERS: readonly string[] = [];

/** Runs attempts of jobs on this host. Each is an ordinary invocation, with the correlation id of the job and a deadline. */
export class AttemptRunner {
  readonly #options: AttemptRunnerOptions;
  readonly #unknownServicePolicy: UnknownServicePolicy;
  readonly #activeAttempts = new ActiveAttempts();
  readonly #poisonIsolation = new PoisonIsolation();
  readonly #lock: JobLock;
  readonly #reporter: AttemptReporter;

  constructor(options: AttemptRunnerOptions) {
    this.#options = options;
    const { unknownServiceTimeoutMs: deadLetterAfterMs, store, lockMs, logger } = options;
    this.#unknownServicePolicy = new UnknownServicePolicy({ deadLetterAfterMs, logger });
    this.#lock = new JobLock(store, lockMs);
    this.#reporter = new AttemptReporter(logger);
  }

  /**
   * Runs one attempt of a job.
   *
   * @param token - of the lock that this host has on the job
   * @returns the result of the service, in the form that the store keeps
   * @throws {AttemptFailedError} for BullMQ, with the failure
   * @throws {JobReleasedError} for BullMQ, when the job was released or another host has its lock
   */
  async run(job: StoredJob, token: string): Promise<unknown> {
    const attempt = parseAttempt(job, token);
    // A crash during the last attempt makes BullMQ start one more.
    if (attempt.number > attempt.data.attempts) throw this.#reporter.reportCrash(attempt);
    if (!this.#options.invoker.registry.find(attempt.data.service)) return this.#handleUnknownService(attempt);
    if (this.#activeAttempts.has(attempt.id)) return this.#handleRunningTwice(attempt);
    if (!attempt.isSuspectedPoison) return this.#runUnlessStopping(attempt);
    if (this.#poisonIsolation.isOccupied) return delayJob(attempt, CONFLICT_DELAY_MS);
    return this.#poisonIsolation.run(() => this.#runUnlessStopping(attempt));
  }

  /** Cancels the attempt of a job whose lock was lost: another host may run the job already. */
  handleLockLost(id: string): void {
    this.#activeAttempts.handleLockLost(id);
  }

  /** Waits for running attempts; after `graceMs` they are cancelled and their jobs released, without costing an attempt. */
  finish(graceMs: number): Promise<void> {
    return this.#activeAttempts.finish(graceMs);
  }

  /** Releases a job whose service this host does not have, until the policy makes it a dead letter. */
  #handleUnknownService(attempt: JobAttempt): Promise<never> {
    try {
      const { data, delayMs } = this.#unknownServicePolicy.planRelease(attempt.data, attempt.number);
      return delayJob({ ...attempt, data }, delayMs);
    } catch (thrown) {
      throw this.#reporter.reportFailure(attempt, classify(thrown));
    }
  }

  /** The lock expired while this host was blocked, and the same host took the job again: the earlier attempt is cancelled. */
  #handleRunningTwice(attempt: JobAttempt): Promise<never> {
    this.#activeAttempts.handleLockLost(attempt.id);
    return delayJob(attempt, CONFLICT_DELAY_MS);
  }

  #runUnlessStopping(attempt: JobAttempt): Promise<unknown> {
    return this.#activeAttempts.isStopping ? releaseJob(attempt) : this.#execute(attempt);
  }

  async #execute(attempt: JobAttempt): Promise<unknown> {
    const scope = this.#activeAttempts.add(attempt);
    try {
      const result = await this.#invoke(attempt, scope);
      const storable = toStorableResult(result, attempt.data, (message) =>
        this.#reporter.createLogger(attempt).warn(message),
      );
      return (await this.#lock.isHeld(attempt, scope)) ? storable : this.#abandon(attempt);
    } catch (thrown) {
      if (thrown instanceof JobReleasedError) throw thrown;
      if (this.#activeAttempts.isCancelledByShutdown(scope)) return await releaseJob(attempt);
      if (!(await this.#lock.isHeld(attempt, scope))) return this.#abandon(attempt);
      throw this.#reporter.reportFailure(attempt, classify(thrown));
    } finally {
      this.#activeAttempts.remove(attempt);
    }
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

  async #collectFlowInput(attempt: JobAttempt, flow: FlowRecord): Promise<Composed> {
    const composed = await collectFlowInput(attempt, flow, this.#options.store);
    return composed ?? suspendForBranches(attempt);
  }

  /** Leaves the job to the host that has its lock now. */
  #abandon(attempt: JobAttempt): never {
    this.#reporter.reportLockLost(attempt);
    throw new JobReleasedError('its lock was lost');
  }
}
