import { randomBytes } from 'node:crypto';
import { ConflictError } from '@trunkline/failures';
import type { SettledBranch } from '@trunkline/service';
import { type JobData, jobData } from '../queues/job-data';
import { createReplayData } from '../dead-letters/replay-data';
import type { NewBranch, FoundJob, JobStore, StoredJob } from '../queues/job-store';
import { createJobId, parseQueueName } from '../queues/job-id';
import { readBranchOutcomes, type FlowParentJob, settleFlow } from './flow-input';
import type { FlowRecord } from './flow-record';

type RecordedBranch = FlowRecord[number]['branches'][number];

/** How a branch takes part in the retry of its composite. Without `newBranch`, its outcome stays. */
interface BranchReplay {
  readonly recorded: RecordedBranch;
  readonly newBranch?: NewBranch;
  /** The dead letter that `newBranch` replaces. */
  readonly deadLetter?: StoredJob | undefined;
}

/** Result of {@link FlowReplay.prepare}. */
export interface PreparedReplay {
  readonly data: Pick<JobData, 'flow' | 'dropped'>;
  /** Dead letters of branches that were added again, to be removed. */
  readonly deadLetters: readonly StoredJob[];
}

/** Adds the failed branches of a durable composite again, for a retry of its dead letter. */
export class FlowReplay {
  constructor(private readonly store: JobStore) {}

  /** Finds the dead letter of the composite that a branch belongs to: the branch is retried with it, since otherwise its result would be lost. */
  async findFailedComposite(branch: StoredJob): Promise<StoredJob | undefined> {
    const id = branch.parent?.id;
    const found = id === undefined ? undefined : await this.store.find(id);
    return found?.state === 'failed' ? found.job : undefined;
  }

  /**
   * Adds the branches again that failed or were dropped. Failed ones get new ids, because not every store lets a branch finish twice.
   * Results of the other branches stay.
   *
   * @returns `undefined` for a job that is no composite, or did not fail because of its branches
   * @throws {ConflictError} when the data of a branch is no longer stored
   */
  async prepare({ job, data }: FlowParentJob): Promise<PreparedReplay | undefined> {
    const { flow } = data;
    if (!flow) return undefined;
    // Jobs before outcomes: a branch that finishes in between has an outcome.
    const jobs = await this.#findBranchJobs(flow);
    const outcomes = await this.store.call(() => readBranchOutcomes(job));
    if (!('failure' in settleFlow(flow, (id) => outcomes.get(id)))) return undefined;
    const parts = flow.map((part) => ({
      part,
      replays: part.branches.map((recorded) =>
        createBranchReplay(
          { recorded, found: jobs.get(recorded.id), outcome: outcomes.get(recorded.id) },
          { job, data },
        ),
      ),
    }));
    const replays = parts.flatMap((part) => part.replays);
    for (const { newBranch } of replays) if (newBranch) await this.store.addBranch(newBranch, job);
    const newFlow = parts.map(({ part, replays: branchReplays }) => ({
      ...part,
      branches: branchReplays.map(({ recorded }) => recorded),
    }));
    return {
      data: { flow: newFlow, dropped: [] },
      deadLetters: replays.flatMap(({ deadLetter }) => deadLetter ?? []),
    };
  }

  async #findBranchJobs(flow: FlowRecord): Promise<ReadonlyMap<string, FoundJob>> {
    const ids = flow.flatMap(({ branches }) => branches.map(({ id }) => id));
    const found = await Promise.all(ids.map((id) => this.store.find(id)));
    return new Map(ids.flatMap((id, index) => (found[index] ? [[id, found[index]] as const] : [])));
  }
}

interface BranchState {
  readonly recorded: RecordedBranch;
  readonly found: FoundJob | undefined;
  readonly outcome: SettledBranch['result'];
}

function createBranchReplay({ recorded, found, outcome }: BranchState, { job, data }: FlowParentJob): BranchReplay {
  if (outcome && 'value' in outcome) return { recorded };
  if (found?.state === 'failed') {
    const renamed = { ...recorded, id: createReplayId(recorded.id) };
    const stored = createReplayData(found.job);
    const replayData = { ...stored, firstId: stored.firstId ?? recorded.id };
    return { ...recreateBranch(renamed, replayData, job), deadLetter: found.job };
  }
  if (found) return { recorded };
  const dropped = findDroppedBranch(data, recorded.id);
  // Its id is free again, and in PostgreSQL the composite still waits for it.
  if (dropped) return recreateBranch(recorded, dropped, job);
  // The branch is optional and its outcome stays.
  if (outcome && recorded.need === 'optional') return { recorded };
  throw new ConflictError(
    `${job.id} cannot be retried: the dead letter ${recorded.id} of its branch was removed. Submit the composite again`,
  );
}

function recreateBranch(recorded: RecordedBranch, data: JobData, { opts }: StoredJob): BranchReplay {
  const { id, need } = recorded;
  const job = {
    queue: parseQueueName(id),
    id,
    data,
    delayMs: 0,
    priority: opts.priority ?? 0,
    deduplicationId: undefined,
  };
  return { recorded, newBranch: { job, need } };
}

function createReplayId(id: string): string {
  const [name = ''] = id.split('~');
  const [flow, part, index] = name.split('.');
  return createJobId(`${flow}.${part}.${index}.${randomBytes(4).toString('hex')}`, parseQueueName(id));
}

function findDroppedBranch({ dropped }: JobData, id: string): JobData | undefined {
  const found = dropped.find((branch) => branch.id === id);
  return found && jobData.parse(found.data);
}
