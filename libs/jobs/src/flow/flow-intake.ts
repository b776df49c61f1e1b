import {
  chooseBlamed,
  type BoundService,
  type Branch,
  createTooFewItems,
  type Each,
  type FlowAsk,
  type JobReceipt,
  blameCaller,
  type ServiceRegistry,
} from '@trunkline/service';
import { toMs } from '@trunkline/time';
import { type CheckedOptions, checkedOptions } from '../job/checked-options';
import { storeUnder, takeId } from '../job/heritage';
import type { JobData } from '../job/job-data';
import type { JobDraft } from '../job/job-draft';
import type { JobDrafts, Kept } from '../job/job-drafts';
import type { JobStore } from '../job-store';
import { idInLane, type Lanes } from '../lane/lanes';
import type { FlowPlan } from './flow-plan';

/** What durable composites are made by. */
export interface FlowIntakeOptions {
  readonly store: JobStore;
  readonly lanes: Lanes;
  readonly drafts: JobDrafts;
  readonly registry: ServiceRegistry;
}

/** They are stored in one step, which has a second. */
const MOST_BRANCHES = 1_000;

/** Makes the jobs of durable composites: one for each branch, and one that waits for them. */
export class FlowIntake {
  readonly #options: FlowIntakeOptions;

  constructor(options: FlowIntakeOptions) {
    this.#options = options;
  }

  /** See {@link JobDesk.compose}. */
  async compose({ caller, plan, into, options, origin }: FlowAsk, until: number): Promise<JobReceipt> {
    const { store, lanes, drafts } = this.#options;
    const asked = checkedOptions(options);
    const parts = await Promise.all(Object.entries(plan).map(([key, planned]) => this.#part(key, planned, caller)));
    expectFew(parts);
    const taken = takeId(origin, ['composite', into.name, ...parts.flatMap(collectNames)], collectInputs(parts));
    const flow = taken.id;
    const lane = lanes.ofService(into.name);
    const id = idInLane(flow, lane);
    // What a job has handed in before it was tried again.
    if (origin.job && (await store.find(id, until))) return { id };
    const owner = origin.job?.owner ?? origin.inbound?.owner;
    const heritage = { ...drafts.heritage(origin), ...(owner !== undefined && { owner }) };
    const drafted = parts.map((part, at) => ({
      ...part,
      branches: part.branches.map((branch, index) =>
        this.#drafted(branch, { id: `${flow}.${at}.${index}`, asked, heritage }),
      ),
    }));
    const data = drafts.data(
      { service: into.name, ...heritage, flow: drafted.map(planOf) },
      { ...asked, timeoutMs: asked.timeoutMs ?? into.timeoutMs },
    );
    const last = { lane, id, data, delayMs: 0, priority: asked.priority, deduplicationId: undefined };
    const branches = drafted.flatMap((part) => part.branches);
    await storeUnder(taken, store.addFlow(last, branches, { until, footprint: origin.footprint }));
    return { id };
  }

  async #part(key: string, planned: Branch | Each, caller: string): Promise<Part<CheckedBranch>> {
    if (!('branches' in planned)) return { key, branches: [await this.#checked(planned, caller)], list: undefined };
    if (planned.concurrency !== undefined && planned.concurrency !== Infinity) {
      throw new RangeError(
        `${key} has a concurrency, but its branches are jobs: bus.jobs.services says how many jobs of a service run at once`,
      );
    }
    const { atLeast } = planned;
    const failure = createTooFewItems(key, planned.branches.length, atLeast);
    if (failure) throw failure;
    const branches = await Promise.all(planned.branches.map((branch) => this.#checked(branch, caller)));
    if (atLeast === undefined) return { key, branches, list: {} };
    // One that fails is counted, and not the end of the composite.
    return { key, branches: branches.map((branch) => ({ ...branch, need: 'optional' })), list: { atLeast } };
  }

  async #checked({ target, input, options, need }: Branch, caller: string): Promise<CheckedBranch> {
    const service = this.#options.registry.get(target);
    const { name, timeoutMs } = service;
    if (options.staleIfError !== undefined) {
      throw new RangeError(`${name} has a staleIfError, but jobs have no stale values: take a fallback`);
    }
    const kept = await this.#keptInput(service, input, chooseBlamed(caller, options));
    return {
      service: name,
      kept,
      need,
      timeoutMs: options.timeout === undefined ? timeoutMs : toMs(options.timeout),
      title: options.title,
      fallback: 'fallback' in options ? { value: options.fallback } : undefined,
    };
  }

  /** @param caller - the service to blame for an input that is refused */
  async #keptInput(service: BoundService, input: unknown, caller: string | undefined): Promise<Kept> {
    try {
      return await this.#options.drafts.checkedInput(service, input, []);
    } catch (thrown) {
      throw blameCaller(thrown, { caller, callee: service.name });
    }
  }

  #drafted(branch: CheckedBranch, { id, asked, heritage }: BranchPlace): DraftedBranch {
    const { drafts, lanes } = this.#options;
    const { service, kept, timeoutMs } = branch;
    const lane = lanes.ofService(service);
    const data = drafts.data({ service, ...kept.member, ...heritage, isBranch: true }, { ...asked, timeoutMs });
    const { delayMs, priority } = asked;
    return { ...branch, draft: { lane, id: idInLane(id, lane), data, delayMs, priority, deduplicationId: undefined } };
  }
}

interface CheckedBranch {
  readonly service: string;
  readonly kept: Kept;
  readonly need: Branch['need'];
  readonly timeoutMs: number | undefined;
  readonly title: string | undefined;
  readonly fallback: { readonly value: unknown } | undefined;
}

interface DraftedBranch extends CheckedBranch {
  readonly draft: JobDraft;
}

interface Part<B> {
  readonly key: string;
  readonly branches: readonly B[];
  readonly list: { readonly atLeast?: number } | undefined;
}

interface BranchPlace {
  readonly id: string;
  readonly asked: CheckedOptions;
  readonly heritage: Pick<JobData, 'cid' | 'trace' | 'caller' | 'owner'>;
}

function expectFew(parts: readonly Part<CheckedBranch>[]): void {
  const count = parts.flatMap(({ branches }) => branches).length;
  if (count > MOST_BRANCHES)
    throw new RangeError(`a composite of jobs has at most ${MOST_BRANCHES} branches, not ${count}`);
}

function collectNames({ key, branches }: Part<CheckedBranch>): string[] {
  return [key, `${branches.length}`, ...branches.map(({ service }) => service)];
}

function collectInputs(parts: readonly Part<CheckedBranch>[]): unknown[] {
  return parts.flatMap(({ branches }) => branches.map(({ kept }) => kept.value));
}

function planOf({ key, branches, list }: Part<DraftedBranch>): FlowPlan[number] {
  return {
    key,
    branches: branches.map(({ draft, need, title, fallback }) => ({
      id: draft.id,
      need,
      ...(title !== undefined && { title }),
      ...(fallback && { fallback }),
    })),
    ...(list && { list }),
  };
}
