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

/** A branch of a composite that is tried again; without the rest, what it has come to stays. */
interface BranchReplay {
  readonly recorded: RecordedBranch;
  readonly newBranch?: NewBranch;
  /** The dead letter that it is made of. */
  readonly deadLetter?: StoredJob | undefined;
}

/** What a composite is tried again with. */
export interface PreparedReplay {
  readonly data: Pick<JobData, 'flow' | 'dropped'>;
  /** Dead letters of branches that have been made again. */
  readonly deadLetters: readonly StoredJob[];
}

/** Makes branches of a durable composite again that is taken from the dead letters. */
export class FlowReplay {
  constructor(private readonly store: JobStore) {}

  /** The dead letter of the composite that a branch belongs to. By itself, the branch would give what nobody waits for. */
  async findFailedComposite(branch: StoredJob): Promise<StoredJob | undefined> {
    const id = branch.parent?.id;
    const found = id === undefined ? undefined : await this.store.find(id);
    return found?.state === 'failed' ? found.job : undefined;
  }

  /**
   * Makes the branches again that have failed, under ids of their own, since not every store lets a branch end twice, and those that
   * were dropped. What the others gave stays.
   *
   * @returns `undefined` for what is no composite, or has not failed because of its branches
   * @throws {ConflictError} when what a branch was to do is no longer kept
   */
  async prepare({ job, data }: FlowParentJob): Promise<PreparedReplay | undefined> {
    const { flow } = data;
    if (!flow) return undefined;
    // Jobs first: of one that ends in between, more is known than it says, never less.
    const jobs = await this.#findBranchJobs(flow);
    const ends = await this.store.call(() => readBranchOutcomes(job));
    if (!('failure' in settleFlow(flow, (id) => ends.get(id)))) return undefined;
    const parts = flow.map((part) => ({
      part,
      replays: part.branches.map((recorded) =>
        createBranchReplay({ recorded, found: jobs.get(recorded.id), outcome: ends.get(recorded.id) }, { job, data }),
      ),
    }));
    const replays = parts.flatMap((part) => part.replays);
    for (const { newBranch } of replays) if (newBranch) await this.store.addBranch(newBranch, job);
    const plan = parts.map(({ part, replays: again }) => ({
      ...part,
      branches: again.map(({ recorded: planned }) => planned),
    }));
    return {
      data: { flow: plan, dropped: [] },
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
    const again = { ...recorded, id: createReplayId(recorded.id) };
    const kept = createReplayData(found.job);
    return { ...recreateBranch(again, { ...kept, firstId: kept.firstId ?? recorded.id }, job), deadLetter: found.job };
  }
  if (found) return { recorded };
  const dropped = findDroppedBranch(data, recorded.id);
  // Its own id is free again, and PostgreSQL still has the composite wait for it.
  if (dropped) return recreateBranch(recorded, dropped, job);
  // A composite can do without it, as before.
  if (outcome && recorded.need === 'optional') return { recorded };
  throw new ConflictError(
    `${job.id} cannot be tried again: the dead letter ${recorded.id} of its branch is gone. Hand the composite in again`,
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
  const [place = ''] = id.split('~');
  const [flow, part, index] = place.split('.');
  return createJobId(`${flow}.${part}.${index}.${randomBytes(4).toString('hex')}`, parseQueueName(id));
}

function findDroppedBranch({ dropped }: JobData, id: string): JobData | undefined {
  const found = dropped.find((branch) => branch.id === id);
  return found && jobData.parse(found.data);
}
