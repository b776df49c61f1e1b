import type { BusError } from '@trunkline/failures';
import type { Need } from './branch';
import type { BranchProblem, Composed } from './composite';
import { findMostRelevant } from './composite-error';
import type { BranchOutcome } from './composite-outcomes';

/** A branch that was called elsewhere, and what has become of it. */
export interface SettledBranch {
  readonly need: Need;
  /** What the client reads as the title when this branch makes the composite fail. */
  readonly title?: string | undefined;
  /** Taken when the branch has failed. */
  readonly fallback?: { readonly value?: unknown } | undefined;
  /** `undefined`: another one that is needed has failed before. */
  readonly end: { readonly value: unknown } | { readonly failure: BusError } | undefined;
}

/** One key of a plan: a branch, or a list of them. */
export interface SettledPart {
  readonly key: string;
  readonly branches: readonly SettledBranch[];
  /** Present for a list, however short. Branches of one that has `atLeast` are optional. */
  readonly list?: { readonly atLeast?: number | undefined } | undefined;
}

/** Why a composite cannot be given: the failure that is told, and how each branch ended. */
export interface FailedComposite {
  readonly failure: BusError;
  readonly branches: readonly (readonly [path: string, leaf: BranchOutcome])[];
  readonly title: string | undefined;
}

/**
 * What a composite got whose branches were called elsewhere, by the rules of {@link compose}: the same outcomes but `stale`.
 */
export function settleComposite(parts: readonly SettledPart[]): Composed | FailedComposite {
  const settled = parts.map(settlePart);
  const leaves = settled.flatMap((part) => part.outcomes);
  const told = findMostRelevant(settled.flatMap(({ failed }) => failed));
  if (told) return { failure: told.failure, branches: leaves, title: told.title };
  const problems = Object.fromEntries(leaves.flatMap(toProblem));
  const data = Object.fromEntries(settled.flatMap(({ entry }) => entry));
  return { complete: Object.keys(problems).length === 0, data, problems };
}

interface SettledResult {
  readonly outcomes: readonly (readonly [path: string, leaf: BranchOutcome])[];
  readonly failed: readonly FailedBranch[];
  /** None, or one. */
  readonly entry: readonly [key: string, value: unknown][];
}

interface FailedBranch {
  readonly failure: BusError;
  readonly title: string | undefined;
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

function toOutcome({ need, fallback, end }: SettledBranch): BranchOutcome {
  if (!end) return { outcome: 'cancelled' };
  if (!('failure' in end)) return { outcome: 'live' };
  if (need === 'required') return { outcome: 'failed', failure: end.failure };
  return { outcome: fallback ? 'fallback' : 'missing', failure: end.failure };
}

function findValue({ fallback, end }: SettledBranch): { readonly value?: unknown } | undefined {
  return end && 'value' in end ? { value: end.value === undefined ? null : end.value } : fallback;
}

function findFailure({ end, title }: SettledBranch): FailedBranch[] {
  return end && 'failure' in end ? [{ failure: end.failure, title }] : [];
}

/** The worst failure of a list of which fewer have succeeded than must. */
function findTooFewFailure(leaves: SettledResult['outcomes'], atLeast = 0): FailedBranch[] {
  const missing = leaves.flatMap(([, { outcome, failure }]) =>
    outcome === 'missing' && failure ? [{ failure, title: undefined }] : [],
  );
  if (leaves.length - missing.length >= atLeast) return [];
  const worst = findMostRelevant(missing);
  return worst ? [worst] : [];
}

function toProblem([path, { outcome, failure }]: readonly [string, BranchOutcome]): [string, BranchProblem][] {
  if (!failure || (outcome !== 'fallback' && outcome !== 'missing')) return [];
  return [[path, { code: failure.code, title: failure.title, status: failure.status, outcome }]];
}
