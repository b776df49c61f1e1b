import { InternalError } from '@trunkline/failures';
import { type Composed, settleComposite, type SettledBranch, type SettledPart } from '@trunkline/service';
import { parseFailedReason } from '../failure-records/parse-failed-reason';
import type { JobData } from '../queues/job-data';
import type { JobStore, StoredJob } from '../queues/job-store';
import { FlowFailedError } from './flow-failed-error';
import { parseBranchValue } from './branch-result';
import type { FlowRecord } from './flow-record';

/** Outcomes of the finished branches, by job id. */
type JobOutcomes = ReadonlyMap<string, SettledBranch['result']>;

/** The job of a durable composite that waits for its branches. */
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
 * Collects the outcomes of the branches of a durable composite, as the input of its last job. The store lets that job run when all
 * branches have finished, or when a required one has failed.
 *
 * @returns `undefined` if branches are still running, after a retry of the composite's dead letter
 * @throws {FlowFailedError} when a required branch has failed; branches that have not started are removed
 */
export async function collectFlowInput(
  { job, data }: FlowParentJob,
  flow: FlowRecord,
  store: JobStore,
): Promise<Composed | undefined> {
  const outcomes = await readBranchOutcomes(job);
  const settled = settleFlow(flow, (id) => outcomes.get(id));
  const unfinished = listBranchIds(flow).filter((id) => !outcomes.has(id));
  if ('failure' in settled) {
    await dropBranches(unfinished, { job, data }, store);
    throw new FlowFailedError(settled);
  }
  const branches = await Promise.all(unfinished.map((id) => store.find(id)));
  if (branches.some((branch) => branch && UNFINISHED_STATES.has(branch.state))) return undefined;
  // Branches may have finished since the first read; those without an outcome now were removed.
  const latest = unfinished.length > 0 ? await readBranchOutcomes(job) : outcomes;
  const composed = settleFlow(flow, (id) => latest.get(id) ?? createMissingBranchOutcome(id));
  if ('failure' in composed) throw new FlowFailedError(composed);
  return composed;
}

/** Reads the outcomes of the finished branches of a composite from the store. */
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

/** Combines the outcomes of branches. @param getOutcome - `undefined` for an unfinished branch */
export function settleFlow(flow: FlowRecord, getOutcome: (id: string) => SettledBranch['result']) {
  const parts: SettledPart[] = flow.map((part) => ({
    ...part,
    branches: part.branches.map((branch) => ({ ...branch, result: getOutcome(branch.id) })),
  }));
  return settleComposite(parts);
}

/** Removes branches that have not started. Their data is kept with the composite, for a retry of its dead letter. */
async function dropBranches(ids: readonly string[], { job, data }: FlowParentJob, store: JobStore): Promise<void> {
  if (ids.length === 0) return;
  const found = await Promise.all(ids.map((id) => store.find(id)));
  const dropped = found.flatMap((branch) => (branch ? [{ id: branch.job.id ?? '', data: branch.job.data }] : []));
  await job.updateData({ ...data, dropped: [...data.dropped, ...dropped] });
  await job.removeUnprocessedChildren();
}

function listBranchIds(flow: FlowRecord): string[] {
  return flow.flatMap(({ branches }) => branches.map(({ id }) => id));
}

/** Outcome of a branch whose job was removed from the store. */
function createMissingBranchOutcome(id: string): SettledBranch['result'] {
  return { failure: new InternalError(`the job ${id} of a branch was removed from the store`) };
}

/** Parses BullMQ's key of a job: queue and id, separated by colons. Ids contain none. */
function parseChildJobId(key: string): string {
  return key.slice(key.lastIndexOf(':') + 1);
}
