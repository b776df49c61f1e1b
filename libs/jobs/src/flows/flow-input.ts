import { InternalError } from '@trunkline/failures';
import { type Composed, settleComposite, type SettledBranch, type SettledPart } from '@trunkline/service';
import { parseFailedReason } from '../failure-records/parse-failed-reason';
import type { JobData } from '../queues/job-data';
import type { JobStore, StoredJob } from '../queues/job-store';
import { FlowFailedError } from './flow-failed-error';
import { parseBranchValue } from './branch-result';
import type { FlowRecord } from './flow-record';

/** How jobs of branches have ended, by their ids. */
type JobOutcomes = ReadonlyMap<string, SettledBranch['result']>;

/** The last job of a durable composite. */
export interface FlowParentJob {
  readonly job: StoredJob;
  readonly data: JobData;
}

const UNFINISHED_STATES: ReadonlySet<string> = new Set([
  'waiting',
  'active',
  'delayed',
  'prioritized',
  'waiting-children',
  'paused',
]);

/**
 * What the last job of a durable composite is run with. The store lets it run when all branches have ended, or when one that is
 * needed has failed.
 *
 * @returns `undefined` when there are branches under way that it has to wait for: it has been taken from the dead letters
 * @throws {FlowFailedError} when a branch that is needed has failed; branches that have not begun are dropped then
 */
export async function collectFlowInput(
  { job, data }: FlowParentJob,
  plan: FlowRecord,
  store: JobStore,
): Promise<Composed | undefined> {
  const ends = await readBranchOutcomes(job);
  const found = settleFlow(plan, (id) => ends.get(id));
  const open = listBranchIds(plan).filter((id) => !ends.has(id));
  if ('failure' in found) {
    await dropBranches(open, { job, data }, store);
    throw new FlowFailedError(found);
  }
  const states = await Promise.all(open.map((id) => store.find(id)));
  if (states.some((branch) => branch && UNFINISHED_STATES.has(branch.state))) return undefined;
  // Those that have ended since the first look are told from those that are gone by a second one.
  const now = open.length > 0 ? await readBranchOutcomes(job) : ends;
  const whole = settleFlow(plan, (id) => now.get(id) ?? createMissingBranchOutcome(id));
  if ('failure' in whole) throw new FlowFailedError(whole);
  return whole;
}

/** How jobs of branches have ended. */
export async function readBranchOutcomes(job: StoredJob): Promise<JobOutcomes> {
  const [values, failures] = await Promise.all([job.getChildrenValues<unknown>(), job.getIgnoredChildrenFailures()]);
  return new Map<string, SettledBranch['result']>([
    ...Object.entries(failures).map(
      ([key, reason]) => [parseChildJobId(key), { failure: parseFailedReason(reason) }] as const,
    ),
    ...Object.entries(values).map(
      ([key, result]) => [parseChildJobId(key), { value: parseBranchValue(result) }] as const,
    ),
  ]);
}

/** What a composite comes to whose branches have ended so. */
export function settleFlow(plan: FlowRecord, endOf: (id: string) => SettledBranch['result']) {
  const parts: SettledPart[] = plan.map((part) => ({
    ...part,
    branches: part.branches.map((branch) => ({ ...branch, result: endOf(branch.id) })),
  }));
  return settleComposite(parts);
}

/** Removes branches that have not begun. What they were to do is kept with the composite, in case it is tried again. */
async function dropBranches(ids: readonly string[], { job, data }: FlowParentJob, store: JobStore): Promise<void> {
  if (ids.length === 0) return;
  const found = await Promise.all(ids.map((id) => store.find(id)));
  const dropped = found.flatMap((branch) => (branch ? [{ id: branch.job.id ?? '', data: branch.job.data }] : []));
  await job.updateData({ ...data, dropped: [...data.dropped, ...dropped] });
  await job.removeUnprocessedChildren();
}

function listBranchIds(plan: FlowRecord): string[] {
  return plan.flatMap(({ branches }) => branches.map(({ id }) => id));
}

/** Somebody has removed its job. */
function createMissingBranchOutcome(id: string): SettledBranch['result'] {
  return { failure: new InternalError(`the job ${id} of a branch is gone`) };
}

/** BullMQ names jobs by queue and id, with colons between; no id has one. */
function parseChildJobId(key: string): string {
  return key.slice(key.lastIndexOf(':') + 1);
}
