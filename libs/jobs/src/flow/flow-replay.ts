import { randomBytes } from 'node:crypto';
import { ConflictError } from '@trunkline/failures';
import type { SettledBranch } from '@trunkline/service';
import { type JobData, jobData } from '../job/job-data';
import { replayed } from '../job/replayed';
import type { BranchJob, FoundJob, JobStore, StoredJob } from '../job-store';
import { idInLane, laneOfId } from '../lane/lanes';
import { endsOf, type FlowJob, settledWith } from './flow-input';
import type { FlowPlan } from './flow-plan';

type PlannedBranch = FlowPlan[number]['branches'][number];

/** A branch of a composite that is tried again; without the rest, what it has come to stays. */
interface BranchReplay {
  readonly planned: PlannedBranch;
  readonly made?: BranchJob;
  /** The dead letter that it is made of. */
  readonly letter?: StoredJob | undefined;
}

/** What a composite is tried again with. */
export interface Replay {
  readonly kept: Pick<JobData, 'flow' | 'dropped'>;
  /** Dead letters of branches that have been made again. */
  readonly letters: readonly StoredJob[];
}

/** Makes branches of a durable composite again that is taken from the dead letters. */
export class FlowReplay {
  constructor(private readonly store: JobStore) {}

  /** The dead letter of the composite that a branch belongs to. By itself, the branch would give what nobody waits for. */
  async compositeOf(branch: StoredJob): Promise<StoredJob | undefined> {
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
  async of({ job, data }: FlowJob): Promise<Replay | undefined> {
    const { flow } = data;
    if (!flow) return undefined;
    // Jobs first: of one that ends in between, more is known than it says, never less.
    const jobs = await this.#jobsOf(flow);
    const ends = await this.store.call(() => endsOf(job));
    if (!('failure' in settledWith(flow, (id) => ends.get(id)))) return undefined;
    const parts = flow.map((part) => ({
      part,
      replays: part.branches.map((planned) =>
        replayOf({ planned, found: jobs.get(planned.id), end: ends.get(planned.id) }, { job, data }),
      ),
    }));
    const replays = parts.flatMap((part) => part.replays);
    for (const { made } of replays) if (made) await this.store.addBranch(made, job);
    const plan = parts.map(({ part, replays: again }) => ({ ...part, branches: again.map(({ planned }) => planned) }));
    return { kept: { flow: plan, dropped: [] }, letters: replays.flatMap(({ letter }) => letter ?? []) };
  }

  async #jobsOf(flow: FlowPlan): Promise<ReadonlyMap<string, FoundJob>> {
    const ids = flow.flatMap(({ branches }) => branches.map(({ id }) => id));
    const found = await Promise.all(ids.map((id) => this.store.find(id)));
    return new Map(ids.flatMap((id, index) => (found[index] ? [[id, found[index]] as const] : [])));
  }
}

interface BranchNow {
  readonly planned: PlannedBranch;
  readonly found: FoundJob | undefined;
  readonly end: SettledBranch['end'];
}

function replayOf({ planned, found, end }: BranchNow, { job, data }: FlowJob): BranchReplay {
  if (end && 'value' in end) return { planned };
  if (found?.state === 'failed') {
    const again = { ...planned, id: anotherId(planned.id) };
    const kept = replayed(found.job);
    return { ...madeAgain(again, { ...kept, firstId: kept.firstId ?? planned.id }, job), letter: found.job };
  }
  if (found) return { planned };
  const dropped = droppedIn(data, planned.id);
  // Its own id is free again, and PostgreSQL still has the composite wait for it.
  if (dropped) return madeAgain(planned, dropped, job);
  // A composite can do without it, as before.
  if (end && planned.need === 'optional') return { planned };
  throw new ConflictError(
    `${job.id} cannot be tried again: the dead letter ${planned.id} of its branch is gone. Hand the composite in again`,
  );
}

function madeAgain(planned: PlannedBranch, data: JobData, { opts }: StoredJob): BranchReplay {
  const { id, need } = planned;
  const draft = { lane: laneOfId(id), id, data, delayMs: 0, priority: opts.priority ?? 0, deduplicationId: undefined };
  return { planned, made: { draft, need } };
}

function anotherId(id: string): string {
  const [place = ''] = id.split('~');
  const [flow, part, index] = place.split('.');
  return idInLane(`${flow}.${part}.${index}.${randomBytes(4).toString('hex')}`, laneOfId(id));
}

function droppedIn({ dropped }: JobData, id: string): JobData | undefined {
  const found = dropped.find((branch) => branch.id === id);
  return found && jobData.parse(found.data);
}
