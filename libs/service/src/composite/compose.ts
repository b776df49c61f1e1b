import { type BusError, CancelledError, classify, DeadlineExceededError } from '@trunkline/failures';
import { CancelScope, toMs } from '@trunkline/time';
import type { Invocation } from '../invocation';
import type { Branch } from './branch';
import { declarationOf } from '../bus-service';
import type { ServiceClass } from '../service-types';
import type { BranchProblem, DegradedOutcome, Plan } from './composite';
import { CompositeError, mostRelevant } from './composite-error';
import { Composition, type Leaf, type Outcome } from './composition';
import { logDegraded } from './degraded-log';
import type { Each } from './each';
import { createTooFewItems } from './too-few-items';
import { createStaleKey } from './stale-key';

/** What a branch leaves of the time there is, so that the composite can still answer when the branch does not. */
const SHARE_OF_A_BRANCH = 0.85;
/** A quarter of what a connection lets through at once: a list is one of several things that a bus does. */
const USUAL_CONCURRENCY = 16;

/**
 * What a composite got, as a service may declare it that takes one for its input: `Service<Composed<{ profile: Profile }>>`. A branch
 * that may be missing is an optional member of the data.
 */
export interface Composed<Data = Readonly<Record<string, unknown>>> {
  /** Is every branch live? */
  readonly complete: boolean;
  readonly data: Data;
  /** What is not as it should be, by the path of the branch. */
  readonly problems: Readonly<Record<string, BranchProblem>>;
}

/** What became of a branch: a value, or none. */
type Part = { readonly value: unknown } | undefined;

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
  readonly #composition: Composition;
  readonly #scope: CancelScope;
  readonly #failed: FailedBranch[] = [];

  constructor(invocation: Invocation) {
    const { scope, composition = new Composition() } = invocation.context;
    const budgetMs = Math.round(scope.deadline.remainingMs());
    this.#invocation = invocation;
    this.#composition = composition;
    this.#scope = new CancelScope(
      scope.deadline,
      () => new DeadlineExceededError(invocation.service.name, budgetMs),
      scope,
    );
  }

  async run(plan: Plan): Promise<Composed> {
    const keys = Object.keys(plan);
    try {
      const parts = await Promise.all(keys.map((key) => this.#part(key, plan[key])));
      const data = Object.fromEntries(keys.flatMap((key, index) => entryOf(key, parts[index])));
      const problems = Object.fromEntries(this.#problems(keys));
      logDegraded(this.#invocation, plan, this.#composition);
      return { complete: Object.keys(problems).length === 0, data, problems };
    } catch (thrown) {
      throw this.#failureOf(thrown, keys);
    } finally {
      this.#scope.close();
    }
  }

  #part(key: string, planned: Branch | Each | undefined): Promise<Part> {
    if (!planned) return Promise.resolve(undefined);
    return 'branches' in planned ? this.#list(key, planned) : this.#branch(key, planned);
  }

  /** @throws {BusError} when a branch that is needed has failed */
  async #branch(key: string, branch: Branch): Promise<Part> {
    const { need, options } = branch;
    try {
      return { value: await this.#live(key, branch) };
    } catch (thrown) {
      const failure = classify(thrown);
      // Nobody looks at it any more: a branch that is needed has failed, or the time is up.
      if (this.#scope.reason) throw failure;
      if (need === 'optional' && !this.#composition.isStrict) return this.#degraded(key, branch, failure);
      const stale = this.#stale(key, branch, failure);
      if (stale) return stale;
      this.#composition.record(key, { outcome: 'failed', failure });
      this.#failed.push({ failure, title: options.title });
      throw failure;
    }
  }

  /** Nothing is `null` in a composite: `undefined` would take the key out of its JSON. */
  async #live(key: string, branch: Branch): Promise<unknown> {
    const { target, input, options } = branch;
    const composition = this.#composition.within(key);
    const shareMs = this.#scope.deadline.remainingMs() * SHARE_OF_A_BRANCH;
    const timeout = options.timeout === undefined ? shareMs : Math.min(toMs(options.timeout), shareMs);
    const given = await this.#invocation.invokeBranch(
      { target, input, options: { timeout: Math.round(timeout), refusals: options.refusals } },
      { scope: this.#scope, composition },
    );
    this.#composition.record(key, { outcome: 'live' });
    const value = given === undefined ? null : given;
    this.#keep(branch, composition, value);
    return value;
  }

  /** A value that is itself degraded is not a good one: kept again and again, it would outlive its time. */
  #keep(branch: Branch, composition: Composition, value: unknown): void {
    const { staleIfError } = branch.options;
    if (staleIfError === undefined || !composition.isLive) return;
    const key = this.#staleKey(branch);
    if (key !== undefined) this.#invocation.staleValues.keep(key, value, toMs(staleIfError));
  }

  #degraded(key: string, branch: Branch, failure: BusError): Part {
    const stale = this.#stale(key, branch, failure);
    if (stale) return stale;
    const hasFallback = 'fallback' in branch.options;
    this.#composition.record(key, { outcome: hasFallback ? 'fallback' : 'missing', failure });
    return hasFallback ? { value: branch.options.fallback } : undefined;
  }

  #stale(key: string, branch: Branch, failure: BusError): Part {
    const { staleIfError } = branch.options;
    if (staleIfError === undefined || this.#composition.isStrict) return undefined;
    const staleKey = this.#staleKey(branch);
    const found = staleKey === undefined ? undefined : this.#invocation.staleValues.find(staleKey, toMs(staleIfError));
    if (found) this.#composition.record(key, { outcome: 'stale', failure });
    return found;
  }

  #staleKey({ target, input, options }: Branch): string | undefined {
    return createStaleKey(nameOf(target), input, options.staleKey ?? this.#invocation.audience);
  }

  /** As many at a time as the list allows; the values in the order of the items. */
  async #list(key: string, { branches, concurrency = USUAL_CONCURRENCY, atLeast }: Each): Promise<Part> {
    const values: unknown[] = branches.map(() => undefined);
    this.#assertItems(key, branches.length, atLeast);
    let next = 0;
    const work = async () => {
      while (next < branches.length && !this.#scope.reason) {
        const index = next;
        next += 1;
        values[index] = (await this.#item(`${key}.${index}`, branches[index], atLeast !== undefined))?.value;
      }
    };
    await Promise.all(Array.from({ length: Math.min(concurrency, branches.length) }, work));
    this.#assertEnough(key, branches.length, atLeast);
    return { value: values };
  }

  /** @param isSpared - a failure is counted, and not the end of the composite */
  #item(key: string, branch: Branch | undefined, isSpared: boolean): Promise<Part> {
    if (!branch) return Promise.resolve(undefined);
    return this.#branch(key, isSpared ? { ...branch, need: 'optional' } : branch);
  }

  /** @throws {BusError} when a list is too short to succeed: none of its items is called */
  #assertItems(key: string, length: number, atLeast: number | undefined): void {
    const failure = createTooFewItems(key, length, atLeast);
    if (!failure) return;
    this.#composition.record(key, { outcome: 'failed', failure });
    this.#failed.push({ failure, title: undefined });
    throw failure;
  }

  /** @throws {BusError} when fewer of a list have succeeded than must */
  #assertEnough(key: string, length: number, atLeast: number | undefined): void {
    if (atLeast === undefined || this.#scope.reason) return;
    const failures = [...this.#composition.leaves()].flatMap(([path, { outcome, failure }]) =>
      path.startsWith(`${key}.`) && outcome === 'missing' && failure ? [{ failure, title: undefined }] : [],
    );
    if (length - failures.length >= atLeast) return;
    const worst = mostRelevant(failures);
    if (!worst) return;
    this.#failed.push(worst);
    throw worst.failure;
  }

  *#problems(keys: readonly string[]): Iterable<[string, BranchProblem]> {
    for (const [path, { outcome, failure }] of this.#composition.leaves()) {
      const isMine = keys.some((key) => isWithin(path, key));
      if (isMine && isDegraded(outcome) && failure) {
        yield [path, { code: failure.code, title: failure.title, status: failure.status, outcome }];
      }
    }
  }

  /** Aborts what is still under way, and says what the composite failed with. */
  #failureOf(thrown: unknown, keys: readonly string[]): unknown {
    const told = mostRelevant(this.#failed);
    if (!told) return thrown;
    this.#scope.cancel(new CancelledError('another branch of the composite failed'));
    const ended = [...this.#composition.leaves()];
    const cut = keys.filter((key) => !ended.some(([path]) => isWithin(path, key)));
    return new CompositeError(told.failure, [...ended, ...cut.map((key) => [key, CANCELLED] as const)], told.title);
  }
}

const CANCELLED: Leaf = { outcome: 'cancelled' };

function isWithin(path: string, key: string): boolean {
  return path === key || path.startsWith(`${key}.`);
}

function isDegraded(outcome: Outcome): outcome is DegradedOutcome {
  return outcome === 'stale' || outcome === 'fallback' || outcome === 'missing';
}

function entryOf(key: string, part: Part): [string, unknown][] {
  return part ? [[key, part.value]] : [];
}

function nameOf(target: string | ServiceClass): string {
  return typeof target === 'string' ? target : (declarationOf(target)?.name ?? target.name);
}
