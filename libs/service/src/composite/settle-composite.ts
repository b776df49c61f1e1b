import type { BusError } from '@trunkline/failures';
import type { Need } from './branch';
import type { BranchProblem, Composed } from './composite';
import { type FailedBranch, findMostRelevant } from './composite-error';
import type { BranchOutcome } from './composite-outcomes';

/** A branch that ran as a job, and its result. */
export interface SettledBranch {
  readonly need: Need;
  /** Title that the client reads when this branch makes the composite fail. */
  readonly title?: string | undefined;
  /** Used when the branch has failed. */
  readonly fallback?: { readonly value?: unknown } | undefined;
  /** `undefined`: the branch did not run, because a required branch failed first. */
  readonly result: { readonly value: unknown } | { readonly failure: BusError } | undefined;
}

/** One key of a plan: a branch, or a list of branches. */
export interface SettledPart {
  readonly key: string;
  readonly branches: readonly SettledBranch[];
  /** Present for a list, even an empty one. Branches of a list with `atLeast` are optional. */
  readonly list?: { readonly atLeast?: number | undefined } | undefined;
}

/** The failure of a composite, and the outcome of each branch. */
export interface FailedComposite {
  readonly failure: BusError;
  readonly branches: readonly (readonly [path: string, outcome: BranchOutcome])[];
  readonly title: string | undefined;
}

/** Computes the result of a composite whose branches ran as jobs. The rules are those of `compose`, without `stale`. */
export function settleComposite(parts: readonly SettledPart[]): Composed | FailedComposite {
  const settled = parts.map(settlePart);
  const outcomes = settled.flatMap((part) => part.outcomes);
  const cause = findMostRelevant(settled.flatMap(({ failed }) => failed));
  if (cause) return { failure: cause.failure, branches: outcomes, title: cause.title };
  const problems = Object.fromEntries(outcomes.flatMap(toProblem));
  const data = Object.fromEntries(settled.flatMap(({ entry }) => entry));
  return { complete: Object.keys(problems).length === 0, data, problems };
}

interface SettledResult {
  readonly outcomes: readonly (readonly [path: string, outcome: BranchOutcome])[];
  readonly failed: readonly FailedBranch[];
  /** At most one. */
  readonly entry: readonly [key: string, value: unknown][];
}

function settlePart({ key, branches, list }: SettledPart): SettledResult {
  const outcomes = branches.map((branch, index) => [list ? `${key}.${index}` : key, toOutcome(branch)] as const);
  const failed = branches.filter(({ need }) => need === 'required').flatMap(findFailure);
  if (list) {
    const values = branches.map((branch) => findValue(branch)?.value);
    return {
      outcomes,
      failed: [...failed, ...findTooFewFailure(outcomes, list.atLeast)],
      entry: [[key, values]],
    };
  }
  return {
    outcomes,
    failed,
    entry: branches.flatMap(findValue).flatMap((found) => (found ? [[key, found.value]] : [])),
  };
}

function toOutcome({ need, fallback, result }: SettledBranch): BranchOutcome {
  if (!result) return { outcome: 'cancelled' };
  if (!('failure' in result)) return { outcome: 'live' };
  if (need === 'required') return { outcome: 'failed', failure: result.failure };
  return { outcome: fallback ? 'fallback' : 'missing', failure: result.failure };
}

function findValue({ fallback, result }: SettledBranch): { readonly value?: unknown } | undefined {
  return result && 'value' in result ? { value: result.value === undefined ? null : result.value } : fallback;
}

function findFailure({ result, title }: SettledBranch): FailedBranch[] {
  return result && 'failure' in result ? [{ failure: result.failure, title }] : [];
}

/** Finds the most relevant failure of a list in which fewer items have succeeded than must. */
function findTooFewFailure(outcomes: SettledResult['outcomes'], atLeast = 0): FailedBranch[] {
  const missing = outcomes.flatMap(([, { outcome, failure }]) =>
    outcome === 'missing' && failure ? [{ failure, title: undefined }] : [],
  );
  if (outcomes.length - missing.length >= atLeast) return [];
  const worst = findMostRelevant(missing);
  return worst ? [worst] : [];
}

function toProblem([path, { outcome, failure }]: readonly [string, BranchOutcome]): [string, BranchProblem][] {
  if (!failure || (outcome !== 'fallback' && outcome !== 'missing')) return [];
  return [[path, { code: failure.code, title: failure.title, status: failure.status, outcome }]];
}
