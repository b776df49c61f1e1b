import { type BusError, CancelledError, classify, DeadlineExceededError } from '@trunkline/failures';
import { CancelScope, toMs } from '@trunkline/time';
import type { Invocation } from '../invocation/invocation';
import type { Branch } from './branch';
import { BranchStaleValues } from './branch-stale-values';
import type { BranchProblem, Composed, DegradedOutcome, Plan } from './composite';
import { CompositeError, type FailedBranch, findMostRelevant } from './composite-error';
import { type BranchOutcome, CompositeOutcomes, type Outcome } from './composite-outcomes';
import type { Each } from './each';
import { logDegradedBranches } from './log-degraded-branches';
import { createTooFewItemsError } from './too-few-items-error';

/** Share of the remaining time that a branch may use, so that the composite can still respond when the branch times out. */
const BRANCH_TIME_SHARE = 0.85;
/** A quarter of the default bulkhead of a connection, because the bus runs other requests beside a list. */
const DEFAULT_CONCURRENCY = 16;

/** The value of a branch; `undefined` for a branch without one. */
type BranchValue = { readonly value: unknown } | undefined;

/**
 * Runs a plan for an invocation: all branches at once, each within its time limit.
 *
 * @throws {CompositeError} as soon as a required branch has failed; the other branches are aborted
 */
export async function compose(invocation: Invocation, plan: Plan): Promise<Composed> {
  return new CompositeRun(invocation).run(plan);
}

class CompositeRun {
  readonly #invocation: Invocation;
  readonly #outcomes: CompositeOutcomes;
  readonly #staleValues: BranchStaleValues;
  readonly #scope: CancelScope;
  readonly #failed: FailedBranch[] = [];

  constructor(invocation: Invocation) {
    const { scope, compositeOutcomes = new CompositeOutcomes() } = invocation.context;
    const budgetMs = Math.round(scope.deadline.remainingMs());
    this.#invocation = invocation;
    this.#outcomes = compositeOutcomes;
    this.#staleValues = new BranchStaleValues(invocation);
    this.#scope = new CancelScope(
      scope.deadline,
      () => new DeadlineExceededError(invocation.service.name, budgetMs),
      scope,
    );
  }

  async run(plan: Plan): Promise<Composed> {
    const keys = Object.keys(plan);
    try {
      const parts = await Promise.all(keys.map((key) => this.#runPart(key, plan[key])));
      const data = Object.fromEntries(keys.flatMap((key, index) => toEntry(key, parts[index])));
      const problems = Object.fromEntries(this.#listProblems(keys));
      logDegradedBranches(this.#invocation, plan, this.#outcomes);
      return { complete: Object.keys(problems).length === 0, data, problems };
    } catch (thrown) {
      throw this.#createFailure(thrown, keys);
    } finally {
      this.#scope.close();
    }
  }

  #runPart(key: string, planned: Branch | Each | undefined): Promise<BranchValue> {
    if (!planned) return Promise.resolve(undefined);
    return 'branches' in planned ? this.#runList(key, planned) : this.#runBranch(key, planned);
  }

  /** Runs at most `concurrency` items at once. The values are in the order of the items. */
  async #runList(key: string, { branches, concurrency = DEFAULT_CONCURRENCY, atLeast }: Each): Promise<BranchValue> {
    const values: unknown[] = branches.map(() => undefined);
    this.#assertEnoughItems(key, branches.length, atLeast);
    let next = 0;
    const work = async () => {
      while (next < branches.length && !this.#scope.reason) {
        const index = next;
        next += 1;
        values[index] = (await this.#runItem(`${key}.${index}`, branches[index], atLeast !== undefined))?.value;
      }
    };
    await Promise.all(Array.from({ length: Math.min(concurrency, branches.length) }, work));
    this.#assertEnoughSuccesses(key, branches.length, atLeast);
    return { value: values };
  }

  /** @param isCounted - a failure counts against `atLeast` and does not by itself make the composite fail */
  #runItem(key: string, branch: Branch | undefined, isCounted: boolean): Promise<BranchValue> {
    if (!branch) return Promise.resolve(undefined);
    return this.#runBranch(key, isCounted ? { ...branch, need: 'optional' } : branch);
  }

  /** @throws {BusError} when a list has fewer items than must succeed: none of them is called */
  #assertEnoughItems(key: string, length: number, atLeast: number | undefined): void {
    const failure = createTooFewItemsError(key, length, atLeast);
    if (!failure) return;
    this.#outcomes.record(key, { outcome: 'failed', failure });
    this.#failed.push({ failure, title: undefined });
    throw failure;
  }

  /** @throws {BusError} when fewer items of a list have succeeded than must */
  #assertEnoughSuccesses(key: string, length: number, atLeast: number | undefined): void {
    if (atLeast === undefined || this.#scope.reason) return;
    const failures = [...this.#outcomes.list()].flatMap(([path, { outcome, failure }]) =>
      path.startsWith(`${key}.`) && outcome === 'missing' && failure ? [{ failure, title: undefined }] : [],
    );
    if (length - failures.length >= atLeast) return;
    const worst = findMostRelevant(failures);
    if (!worst) return;
    this.#failed.push(worst);
    throw worst.failure;
  }

  /** @throws {BusError} when a required branch has failed */
  async #runBranch(key: string, branch: Branch): Promise<BranchValue> {
    const { need, options } = branch;
    try {
      return { value: await this.#invokeBranch(key, branch) };
    } catch (thrown) {
      const failure = classify(thrown);
      // The composite has ended already: a required branch has failed, or the deadline has passed.
      if (this.#scope.reason) throw failure;
      if (need === 'optional' && !this.#outcomes.isStrict) return this.#degrade(key, branch, failure);
      const stale = this.#findStaleValue(key, branch, failure);
      if (stale) return stale;
      this.#outcomes.record(key, { outcome: 'failed', failure });
      this.#failed.push({ failure, title: options.title });
      throw failure;
    }
  }

  /** Returns `null` for a callee without output, because JSON omits a key whose value is `undefined`. */
  async #invokeBranch(key: string, branch: Branch): Promise<unknown> {
    const { target, input, options } = branch;
    const compositeOutcomes = this.#outcomes.createChild(key);
    const shareMs = this.#scope.deadline.remainingMs() * BRANCH_TIME_SHARE;
    const timeout = options.timeout === undefined ? shareMs : Math.min(toMs(options.timeout), shareMs);
    const output = await this.#invocation.invokeBranch(
      { target, input, options: { timeout: Math.round(timeout), refusals: options.refusals } },
      { scope: this.#scope, compositeOutcomes },
    );
    this.#outcomes.record(key, { outcome: 'live' });
    const value = output === undefined ? null : output;
    // A degraded value is not a good one: stored again and again, it would outlive its `staleIfError`.
    if (branch.options.staleIfError !== undefined && compositeOutcomes.isLive) this.#staleValues.store(branch, value);
    return value;
  }

  #degrade(key: string, branch: Branch, failure: BusError): BranchValue {
    const stale = this.#findStaleValue(key, branch, failure);
    if (stale) return stale;
    const hasFallback = 'fallback' in branch.options;
    this.#outcomes.record(key, { outcome: hasFallback ? 'fallback' : 'missing', failure });
    return hasFallback ? { value: branch.options.fallback } : undefined;
  }

  #findStaleValue(key: string, branch: Branch, failure: BusError): BranchValue {
    const found = this.#outcomes.isStrict ? undefined : this.#staleValues.find(branch);
    if (found) this.#outcomes.record(key, { outcome: 'stale', failure });
    return found;
  }

  *#listProblems(keys: readonly string[]): Iterable<[string, BranchProblem]> {
    for (const [path, { outcome, failure }] of this.#outcomes.list()) {
      const isInPlan = keys.some((key) => isWithin(path, key));
      if (isInPlan && isDegraded(outcome) && failure) {
        yield [path, { code: failure.code, title: failure.title, status: failure.status, outcome }];
      }
    }
  }

  /** Aborts the branches that are still running, and returns the error that the composite fails with. */
  #createFailure(thrown: unknown, keys: readonly string[]): unknown {
    const cause = findMostRelevant(this.#failed);
    if (!cause) return thrown;
    this.#scope.cancel(new CancelledError('another branch of the composite failed'));
    const ended = [...this.#outcomes.list()];
    const cancelled = keys.filter((key) => !ended.some(([path]) => isWithin(path, key)));
    const outcomes = [...ended, ...cancelled.map((key) => [key, CANCELLED] as const)];
    return new CompositeError(cause.failure, outcomes, cause.title);
  }
}

const CANCELLED: BranchOutcome = { outcome: 'cancelled' };

function isWithin(path: string, key: string): boolean {
  return path === key || path.startsWith(`${key}.`);
}

function isDegraded(outcome: Outcome): outcome is DegradedOutcome {
  return outcome === 'stale' || outcome === 'fallback' || outcome === 'missing';
}

function toEntry(key: string, part: BranchValue): [string, unknown][] {
  return part ? [[key, part.value]] : [];
}
