import { logOutcomeAs } from '@trunkline/telemetry';
import type { Invocation } from '../invocation';
import type { Branch } from './branch';
import type { Plan } from './composite';
import { mostRelevant } from './composite-error';
import type { Composition, Leaf } from './composition';
import type { Each } from './each';

type Failed = Leaf & { readonly failure: NonNullable<Leaf['failure']> };

/**
 * Writes a warning for each branch that failed and that the composite does without: its failure ends here. A list has one for all its
 * items, with the failure that says most. What a nested composite does without, it has written itself.
 */
export function logDegraded(invocation: Invocation, plan: Plan, composition: Composition): void {
  const leaves = new Map(composition.leaves());
  for (const [branch, planned] of Object.entries(plan)) {
    const failed = pathsIn(branch, planned).flatMap((path) => failedLeaf(leaves.get(path)));
    const told = mostRelevant(failed);
    if (!told) continue;
    const { failure, outcome } = told;
    const composite = { outcome, ...('branches' in planned && { failed: failed.length, of: planned.branches.length }) };
    // A bug is a bug, whatever becomes of the composite: its line says where it is.
    const fields = { branch, 'trunkline.composite': composite, ...(failure.severity === 'error' && { err: failure }) };
    logOutcomeAs('warn', invocation.logger, { failure, fields, message: 'a branch of a composite failed' });
  }
}

function pathsIn(key: string, planned: Branch | Each): string[] {
  return 'branches' in planned ? planned.branches.map((_, index) => `${key}.${index}`) : [key];
}

function failedLeaf(leaf: Leaf | undefined): Failed[] {
  return leaf?.failure ? [{ ...leaf, failure: leaf.failure }] : [];
}
