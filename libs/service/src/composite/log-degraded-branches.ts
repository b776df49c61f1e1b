import { logOutcomeAs } from '@trunkline/telemetry';
import type { Invocation } from '../invocation/invocation';
import type { Branch } from './branch';
import type { Plan } from './composite';
import { findMostRelevant } from './composite-error';
import type { BranchOutcome, CompositeOutcomes } from './composite-outcomes';
import type { Each } from './each';

type FailedOutcome = BranchOutcome & { readonly failure: NonNullable<BranchOutcome['failure']> };

/**
 * Logs a warning for each failed branch of a successful composite, because its failure goes no further. A list has one warning for
 * all its items, with the most relevant failure. Nested composites have logged their own branches.
 */
export function logDegradedBranches(invocation: Invocation, plan: Plan, outcomes: CompositeOutcomes): void {
  const byPath = new Map(outcomes.list());
  for (const [branch, planned] of Object.entries(plan)) {
    const failed = listPaths(branch, planned).flatMap((path) => findFailed(byPath.get(path)));
    const worst = findMostRelevant(failed);
    if (!worst) continue;
    const { failure, outcome } = worst;
    const composite = { outcome, ...('branches' in planned && { failed: failed.length, of: planned.branches.length }) };
    // The log line of a bug has its stack, even if the composite tolerates the failure.
    const fields = { branch, 'trunkline.composite': composite, ...(failure.severity === 'error' && { err: failure }) };
    logOutcomeAs('warn', invocation.logger, { failure, fields, message: 'a branch of a composite failed' });
  }
}

function listPaths(key: string, planned: Branch | Each): string[] {
  return 'branches' in planned ? planned.branches.map((_, index) => `${key}.${index}`) : [key];
}

function findFailed(outcome: BranchOutcome | undefined): FailedOutcome[] {
  return outcome?.failure ? [{ ...outcome, failure: outcome.failure }] : [];
}
