import { logOutcomeAs } from '@trunkline/telemetry';
import type { Invocation } from '../invocation/invocation';
import type { Branch } from './branch';
import type { Plan } from './composite';
import { findMostRelevant } from './composite-error';
import type { CompositeOutcomes, BranchOutcome } from './composite-outcomes';
import type { Each } from './each';

type FailedOutcome = BranchOutcome & { readonly failure: NonNullable<BranchOutcome['failure']> };

/**
 * Writes a warning for each branch that failed and that the composite does without: its failure ends here. A list has one for all its
 * items, with the failure that says most. What a nested composite does without, it has written itself.
 */
export function logDegradedBranches(invocation: Invocation, plan: Plan, composition: CompositeOutcomes): void {
  const leaves = new Map(composition.list());
  for (const [branch, planned] of Object.entries(plan)) {
    const failed = listPaths(branch, planned).flatMap((path) => findFailed(leaves.get(path)));
    const told = findMostRelevant(failed);
    if (!told) continue;
    const { failure, outcome } = told;
    const composite = { outcome, ...('branches' in planned && { failed: failed.length, of: planned.branches.length }) };
    // A bug is a bug, whatever becomes of the composite: its line says where it is.
    const fields = { branch, 'trunkline.composite': composite, ...(failure.severity === 'error' && { err: failure }) };
    logOutcomeAs('warn', invocation.logger, { failure, fields, message: 'a branch of a composite failed' });
  }
}

function listPaths(key: string, planned: Branch | Each): string[] {
  return 'branches' in planned ? planned.branches.map((_, index) => `${key}.${index}`) : [key];
}

function findFailed(leaf: BranchOutcome | undefined): FailedOutcome[] {
  return leaf?.failure ? [{ ...leaf, failure: leaf.failure }] : [];
}
