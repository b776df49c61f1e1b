import { type BusError, CancelledError, classify, DeadlineExceededError } from '@trunkline/failures';
import { CancelScope, toMs } from '@trunkline/time';
import type { Invocation } from '../invocation/invocation';
import type { Branch } from './branch';
import { findServiceDeclaration } from '../declaration/bus-service';
import type { ServiceClass } from '../declaration/service-types';
import type { BranchProblem, Composed, DegradedOutcome, Plan } from './composite';
import { CompositeError, findMostRelevant } from './composite-error';
import { CompositeOutcomes, type BranchOutcome, type Outcome } from './composite-outcomes';
import { logDegradedBranches } from './log-degraded-branches';
import type { Each } from './each';
import { createTooFewItemsError } from './too-few-items-error';
import { createStaleKey } from './stale-key';

/** What a branch leaves of the time there is, so that the composite can still answer when the branch does not. */
const BRANCH_TIME_SHARE = 0.85;
/** A quarter of what a connection lets through at once: a list is one of several things that a bus does. */
const DEFAULT_CONCURRENCY = 16;

/** What became of a branch: a value, or none. */
type BranchValue = { readonly value: unknown } | undefined;

interface FailedBranch {
  readonly failure: BusError;
  readonly title: string | undefined;
}

/**
 * Runs a plan for an invocation: all branches at once, none longer than it may take.
 *
 * @throws {CompositeError} as soon as a required branch has failed; the others are aborted
 */
export async function compose(invocation: Invocation, plan: Plan): Promise<Composed> {
  return new CompositeRun(invocation).run(plan);
}

class CompositeRun {
  readonly #invocation: Invocation;
  readonly #outcomes: CompositeOutcomes;
  readonly #scope: CancelScope;
  readonly #failed: FailedBranch[] = [];

  constructor(invocation: Invocation) {
    const { scope, compositeOutcomes = new CompositeOutcomes() } = invocation.context;
    const budgetMs = Math.round(scope.deadline.remainingMs());
    this.#invocation = invocation;
    this.#outcomes = compositeOutcomes;
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

  /** @throws {BusError} when a branch that is needed has failed */
  async #runBranch(key: string, branch: Branch): Promise<BranchValue> {
    const { need, options } = branch;
    try {
      return { value: await this.#invokeBranch(key, branch) };
    } catch (thrown) {
      const failure = classify(thrown);
      // Nobody looks at it any more: a branch that is needed has failed, or the time is up.
      if (this.#scope.reason) throw failure;
      if (need === 'optional' && !this.#outcomes.isStrict) return this.#degrade(key, branch, failure);
      const stale = this.#findStaleValue(key, branch, failure);
      if (stale) return stale;
      this.#outcomes.record(key, { outcome: 'failed', failure });
      this.#failed.push({ failure, title: options.title });
      throw failure;
    }
  }

  /** Nothing is `null` in a composite: `undefined` would take the key out of its JSON. */
  async #invokeBranch(key: string, branch: Branch): Promise<unknown> {
    const { target, input, options } = branch;
    const compositeOutcomes = this.#outcomes.createChild(key);
    const shareMs = this.#scope.deadline.remainingMs() * BRANCH_TIME_SHARE;
    const timeout = options.timeout === undefined ? shareMs : Math.min(toMs(options.timeout), shareMs);
    const given = await this.#invocation.invokeBranch(
      { target, input, options: { timeout: Math.round(timeout), refusals: options.refusals } },
      { scope: this.#scope, compositeOutcomes },
    );
    this.#outcomes.record(key, { outcome: 'live' });
    const value = given === undefined ? null : given;
    this.#cacheValue(branch, compositeOutcomes, value);
    return value;
  }

  /** A value that is itself degraded is not a good one: kept again and again, it would outlive its time. */
  #cacheValue(branch: Branch, composition: CompositeOutcomes, value: unknown): void {
    const { staleIfError } = branch.options;
    if (staleIfError === undefined || !composition.isLive) return;
    const key = this.#createStaleKey(branch);
    if (key !== undefined) this.#invocation.staleValues.set(key, value, toMs(staleIfError));
  }

  #degrade(key: string, branch: Branch, failure: BusError): BranchValue {
    const stale = this.#findStaleValue(key, branch, failure);
    if (stale) return stale;
    const hasFallback = 'fallback' in branch.options;
    this.#outcomes.record(key, { outcome: hasFallback ? 'fallback' : 'missing', failure });
    return hasFallback ? { value: branch.options.fallback } : undefined;
  }

  #findStaleValue(key: string, branch: Branch, failure: BusError): BranchValue {
    const { staleIfError } = branch.options;
    if (staleIfError === undefined || this.#outcomes.isStrict) return undefined;
    const staleKey = this.#createStaleKey(branch);
    const found = staleKey === undefined ? undefined : this.#invocation.staleValues.find(staleKey, toMs(staleIfError));
    if (found) this.#outcomes.record(key, { outcome: 'stale', failure });
    return found;
  }

  #createStaleKey({ target, input, options }: Branch): string | undefined {
    return createStaleKey(findServiceName(target), input, options.staleKey ?? this.#invocation.cachePartition);
  }

  /** As many at a time as the list allows; the values in the order of the items. */
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

  /** @param isSpared - a failure is counted, and not the end of the composite */
  #runItem(key: string, branch: Branch | undefined, isSpared: boolean): Promise<BranchValue> {
    if (!branch) return Promise.resolve(undefined);
    return this.#runBranch(key, isSpared ? { ...branch, need: 'optional' } : branch);
  }

  /** @throws {BusError} when a list is too short to succeed: none of its items is called */
  #assertEnoughItems(key: string, length: number, atLeast: number | undefined): void {
    const failure = createTooFewItemsError(key, length, atLeast);
    if (!failure) return;
    this.#outcomes.record(key, { outcome: 'failed', failure });
    this.#failed.push({ failure, title: undefined });
    throw failure;
  }

  /** @throws {BusError} when fewer of a list have succeeded than must */
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

  *#listProblems(keys: readonly string[]): Iterable<[string, BranchProblem]> {
    for (const [path, { outcome, failure }] of this.#outcomes.list()) {
      const isMine = keys.some((key) => isWithin(path, key));
      if (isMine && isDegraded(outcome) && failure) {
        yield [path, { code: failure.code, title: failure.title, status: failure.status, outcome }];
      }
    }
  }

  /** Aborts what is still under way, and says what the composite failed with. */
  #createFailure(thrown: unknown, keys: readonly string[]): unknown {
    const told = findMostRelevant(this.#failed);
    if (!told) return thrown;
    this.#scope.cancel(new CancelledError('another branch of the composite failed'));
    const ended = [...this.#outcomes.list()];
    const cut = keys.filter((key) => !ended.some(([path]) => isWithin(path, key)));
    return new CompositeError(told.failure, [...ended, ...cut.map((key) => [key, CANCELLED] as const)], told.title);
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

function findServiceName(target: string | ServiceClass): string {
  return typeof target === 'string' ? target : (findServiceDeclaration(target)?.name ?? target.name);
}
