import { InternalError } from '@trunkline/failures';
import { type Composed, settledComposite, type SettledBranch, type SettledPart } from '@trunkline/service';
import { failureIn } from '../failure/failure-in';
import type { StoredJob } from '../job-store';
import { FlowFailedError } from './flow-failed-error';
import { valueIn } from './branch-result';
import type { FlowPlan } from './flow-plan';

type Ends = ReadonlyMap<string, SettledBranch['end']>;

/**
 * What the last job of a durable composite is run with. The store lets it run when all branches have ended, or when one that is
 * needed has failed.
 *
 * @throws {FlowFailedError} when a branch that is needed has failed; branches that have not begun are dropped then
 */
export async function flowInput(job: StoredJob, plan: FlowPlan): Promise<Composed> {
  const ends = await endsOf(job);
  const found = settledComposite(partsOf(plan, (id) => ends.get(id)));
  if ('failure' in found) {
    await job.removeUnprocessedChildren();
    throw new FlowFailedError(found);
  }
  const whole = settledComposite(partsOf(plan, (id) => ends.get(id) ?? goneOf(id)));
  if ('failure' in whole) throw new FlowFailedError(whole);
  return whole;
}

function partsOf(plan: FlowPlan, endOf: (id: string) => SettledBranch['end']): SettledPart[] {
  return plan.map((part) => ({
    ...part,
    branches: part.branches.map((branch) => ({ ...branch, end: endOf(branch.id) })),
  }));
}

/** Somebody has removed its job. */
function goneOf(id: string): SettledBranch['end'] {
  return { failure: new InternalError(`the job ${id} of a branch is gone`) };
}

/** How jobs of branches have ended, by their ids. */
async function endsOf(job: StoredJob): Promise<Ends> {
  const [values, failures] = await Promise.all([job.getChildrenValues<unknown>(), job.getIgnoredChildrenFailures()]);
  return new Map<string, SettledBranch['end']>([
    ...Object.entries(failures).map(([key, reason]) => [idIn(key), { failure: failureIn(reason) }] as const),
    ...Object.entries(values).map(([key, result]) => [idIn(key), { value: valueIn(result) }] as const),
  ]);
}

/** BullMQ names jobs by queue and id, with colons between; no id has one. */
function idIn(key: string): string {
  return key.slice(key.lastIndexOf(':') + 1);
}
