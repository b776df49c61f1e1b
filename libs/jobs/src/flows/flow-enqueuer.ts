import {
  findBlamedCaller,
  type RegisteredService,
  type Branch,
  createTooFewItemsError,
  type Each,
  type ComposeRequest,
  type JobReceipt,
  blameCaller,
  type ServiceRegistry,
} from '@trunkline/service';
import { toMs } from '@trunkline/time';
import { type ParsedJobOptions, parseJobOptions } from '../submit/parse-job-options';
import { releaseOnFailure, reserveJobId } from '../submit/reserve-job-id';
import type { JobData } from '../queues/job-data';
import type { NewJob } from '../queues/new-job';
import type { JobFactory, SerializedInput } from '../submit/job-factory';
import type { JobStore } from '../queues/job-store';
import { createJobId } from '../queues/job-id';
import type { QueueRouter } from '../queues/queue-router';
import type { FlowRecord } from './flow-record';

/** Collaborators of a {@link FlowEnqueuer}. */
export interface FlowEnqueuerOptions {
  readonly store: JobStore;
  readonly queueRouter: QueueRouter;
  readonly jobFactory: JobFactory;
  readonly registry: ServiceRegistry;
}

/** They are added in one call to the store, which may take a second. */
const MAX_BRANCHES = 1_000;

/** Validates and stores the jobs of durable composites: one for each branch, and one that waits for them. */
export class FlowEnqueuer {
  readonly #options: FlowEnqueuerOptions;

  constructor(options: FlowEnqueuerOptions) {
    this.#options = options;
  }

  /** See {@link JobSubmitter.compose}. */
  async enqueue({ caller, plan, into, options, origin }: ComposeRequest, deadlineMs: number): Promise<JobReceipt> {
    const { store, queueRouter, jobFactory } = this.#options;
    const jobOptions = parseJobOptions(options);
    const parts = await Promise.all(
      Object.entries(plan).map(([key, planned]) => this.#checkPart(key, planned, caller)),
    );
    assertBranchCount(parts);
    const reserved = reserveJobId(
      origin,
      ['composite', into.name, ...parts.flatMap(collectNames)],
      collectInputs(parts),
    );
    const flow = reserved.id;
    const queue = queueRouter.selectQueue(into.name);
    const id = createJobId(flow, queue);
    // An earlier attempt of the submitting job has stored it.
    if (origin.job && (await store.find(id, deadlineMs))) return { id };
    const owner = origin.job?.owner ?? origin.inbound?.owner;
    const propagated = { ...jobFactory.createPropagatedContext(origin), ...(owner !== undefined && { owner }) };
    const partsWithJobs = parts.map((part, at) => ({
      ...part,
      branches: part.branches.map((branch, index) =>
        this.#createBranch(branch, { id: `${flow}.${at}.${index}`, jobOptions, propagated }),
      ),
    }));
    const data = jobFactory.createJobData(
      { service: into.name, ...propagated, flow: partsWithJobs.map(toFlowRecordPart) },
      { ...jobOptions, timeoutMs: jobOptions.timeoutMs ?? into.timeoutMs },
    );
    const last = { queue, id, data, delayMs: 0, priority: jobOptions.priority, deduplicationId: undefined };
    const branches = partsWithJobs.flatMap((part) => part.branches);
    await releaseOnFailure(reserved, store.addFlow(last, branches, { deadlineMs, sideEffects: origin.sideEffects }));
    return { id };
  }

  async #checkPart(key: string, planned: Branch | Each, caller: string): Promise<FlowPart<CheckedBranch>> {
    if (!('branches' in planned)) return { key, branches: [await this.#checkBranch(planned, caller)], list: undefined };
    if (planned.concurrency !== undefined && planned.concurrency !== Infinity) {
      throw new RangeError(
        `${key} has a concurrency, but its branches are jobs: bus.jobs.services.<name>.concurrency limits the jobs of a service`,
      );
    }
    const { atLeast } = planned;
    const failure = createTooFewItemsError(key, planned.branches.length, atLeast);
    if (failure) throw failure;
    const branches = await Promise.all(planned.branches.map((branch) => this.#checkBranch(branch, caller)));
    if (atLeast === undefined) return { key, branches, list: {} };
    // A failed branch is counted and does not fail the composite by itself.
    return { key, branches: branches.map((branch) => ({ ...branch, need: 'optional' })), list: { atLeast } };
  }

  async #checkBranch({ target, input, options, need }: Branch, caller: string): Promise<CheckedBranch> {
    const service = this.#options.registry.get(target);
    const { name, timeoutMs } = service;
    if (options.staleIfError !== undefined) {
      throw new RangeError(`${name} has a staleIfError, but jobs have no stale values: use a fallback`);
    }
    const serialized = await this.#validateInput(service, input, findBlamedCaller(caller, options));
    return {
      service: name,
      serialized,
      need,
      timeoutMs: options.timeout === undefined ? timeoutMs : toMs(options.timeout),
      title: options.title,
      fallback: 'fallback' in options ? { value: options.fallback } : undefined,
    };
  }

  /** @param caller - the service that is named when the input is rejected */
  async #validateInput(
    service: RegisteredService,
    input: unknown,
    caller: string | undefined,
  ): Promise<SerializedInput> {
    try {
      return await this.#options.jobFactory.validateInput(service, input, []);
    } catch (thrown) {
      throw blameCaller(thrown, { caller, callee: service.name });
    }
  }

  #createBranch(branch: CheckedBranch, { id, jobOptions, propagated }: BranchContext): NewFlowBranch {
    const { jobFactory, queueRouter } = this.#options;
    const { service, serialized, timeoutMs } = branch;
    const queue = queueRouter.selectQueue(service);
    const data = jobFactory.createJobData(
      { service, ...serialized.fields, ...propagated, isBranch: true },
      { ...jobOptions, timeoutMs },
    );
    const { delayMs, priority } = jobOptions;
    return {
      ...branch,
      job: { queue, id: createJobId(id, queue), data, delayMs, priority, deduplicationId: undefined },
    };
  }
}

interface CheckedBranch {
  readonly service: string;
  readonly serialized: SerializedInput;
  readonly need: Branch['need'];
  readonly timeoutMs: number | undefined;
  readonly title: string | undefined;
  readonly fallback: { readonly value: unknown } | undefined;
}

interface NewFlowBranch extends CheckedBranch {
  readonly job: NewJob;
}

interface FlowPart<B> {
  readonly key: string;
  readonly branches: readonly B[];
  readonly list: { readonly atLeast?: number } | undefined;
}

interface BranchContext {
  readonly id: string;
  readonly jobOptions: ParsedJobOptions;
  readonly propagated: Pick<JobData, 'cid' | 'trace' | 'caller' | 'owner'>;
}

function assertBranchCount(parts: readonly FlowPart<CheckedBranch>[]): void {
  const count = parts.flatMap(({ branches }) => branches).length;
  if (count > MAX_BRANCHES)
    throw new RangeError(`a composite of jobs has at most ${MAX_BRANCHES} branches, not ${count}`);
}

function collectNames({ key, branches }: FlowPart<CheckedBranch>): string[] {
  return [key, `${branches.length}`, ...branches.map(({ service }) => service)];
}

function collectInputs(parts: readonly FlowPart<CheckedBranch>[]): unknown[] {
  return parts.flatMap(({ branches }) => branches.map(({ serialized }) => serialized.value));
}

function toFlowRecordPart({ key, branches, list }: FlowPart<NewFlowBranch>): FlowRecord[number] {
  return {
    key,
    branches: branches.map(({ job, need, title, fallback }) => ({
      id: job.id,
      need,
      ...(title !== undefined && { title }),
      ...(fallback && { fallback }),
    })),
    ...(list && { list }),
  };
}
