import { formatSuggestion } from '@trunkline/config';
import { InternalError } from '@trunkline/failures';
import type { EnqueueRequest, JobOrigin, JobReceipt, Publication, ServiceRegistry } from '@trunkline/service';
import { createCorrelationId } from '@trunkline/telemetry';
import type { SubscriberConfig } from '../configuration/topics-section';
import { createJobId } from '../queues/job-id';
import type { JobStore } from '../queues/job-store';
import type { NewJob } from '../queues/new-job';
import type { QueueRouter } from '../queues/queue-router';
import type { ScheduleRecord } from '../schedules/schedule-record';
import { matchesFilter } from '../topics/message-filter';
import type { JobFactory, SerializedInput } from './job-factory';
import { parseJobOptions } from './parse-job-options';
import { releaseOnFailure, reserveJobId, scopeDeduplicationId } from './reserve-job-id';

/** Collaborators and configuration of a {@link JobEnqueuer}. */
export interface JobEnqueuerOptions {
  readonly store: JobStore;
  readonly queueRouter: QueueRouter;
  readonly jobFactory: JobFactory;
  readonly topics: Readonly<Record<string, { readonly subscribers: readonly SubscriberConfig[] }>>;
  readonly registry: ServiceRegistry;
}

/** A message and its topic. */
interface PublishRequest {
  readonly topic: string;
  readonly message: unknown;
  readonly origin: JobOrigin;
}

/** A message as one subscriber receives it. */
interface Delivery extends Pick<PublishRequest, 'topic' | 'origin'> {
  readonly id: string;
  readonly subscriber: SubscriberConfig;
  readonly message: SerializedInput;
}

const NO_COERCIBLE_MEMBERS: readonly string[] = [];

/** Validates and stores jobs. Each call to the store ends at `deadlineMs`, by `performance.now()`. */
export class JobEnqueuer {
  readonly #options: JobEnqueuerOptions;

  constructor(options: JobEnqueuerOptions) {
    this.#options = options;
  }

  /** See {@link JobSubmitter.enqueue}. */
  async enqueue(request: EnqueueRequest, deadlineMs: number): Promise<JobReceipt> {
    const { service, input, coercibleMembers = NO_COERCIBLE_MEMBERS, options = {}, origin, owner } = request;
    const { queueRouter, store, jobFactory } = this.#options;
    const jobOptions = parseJobOptions(options);
    const { delayMs, priority, deduplicationId, timeoutMs = service.timeoutMs } = jobOptions;
    const serialized = await jobFactory.validateInput(service, input, coercibleMembers);
    const queue = queueRouter.selectQueue(service.name);
    const data = jobFactory.createJobData(
      {
        service: service.name,
        ...serialized.fields,
        ...jobFactory.createPropagatedContext(origin),
        ...(owner !== undefined && { owner }),
        ...(coercibleMembers.length > 0 && { texts: [...coercibleMembers] }),
      },
      { ...jobOptions, timeoutMs },
    );
    const reserved = reserveJobId(origin, ['job', service.name, deduplicationId ?? ''], [serialized.value]);
    const job = {
      queue,
      id: createJobId(reserved.id, queue),
      data,
      delayMs,
      priority,
      deduplicationId: deduplicationId && scopeDeduplicationId(origin, `${service.name} ${deduplicationId}`),
    };
    const id = await releaseOnFailure(reserved, store.add(job, { deadlineMs, sideEffects: origin.sideEffects }));
    return { id };
  }

  /** See {@link JobSubmitter.publish}. */
  async publish({ topic, message, origin }: PublishRequest, deadlineMs: number): Promise<Publication> {
    const { topics, registry, store, jobFactory } = this.#options;
    const config = topics[topic];
    if (!config) throw new InternalError(`there is no topic ${topic}${formatSuggestion(topic, Object.keys(topics))}`);
    const serialized = jobFactory.serializeInput(message);
    const subscribers = config.subscribers.filter(({ filter }) => matchesFilter(serialized.value, filter));
    for (const { service } of subscribers) registry.get(service).assertNoSecrets(serialized.value);
    const reserved = reserveJobId(origin, ['message', topic], [serialized.value]);
    const jobs = subscribers.map((subscriber) =>
      this.#createDelivery({ id: reserved.id, topic, origin, subscriber, message: serialized }),
    );
    if (jobs.length > 0)
      await releaseOnFailure(reserved, store.addBulk(jobs, { deadlineMs, sideEffects: origin.sideEffects }));
    return { subscribers: subscribers.length };
  }

  /**
   * Stores the job of a tick, unless the store has it already.
   *
   * @param tick - identifies the tick within the schedule
   */
  async enqueueTick(name: string, schedule: ScheduleRecord, tick: string): Promise<JobReceipt> {
    const { queueRouter, store, jobFactory } = this.#options;
    const { service, attempts, timeoutMs, input = {}, overlap } = schedule;
    const queue = queueRouter.selectQueue(service);
    const data = jobFactory.createJobData(
      { service, schedule: name, input, cid: createCorrelationId() },
      { attempts, timeoutMs },
    );
    const deduplicationId = overlap === 'skip' ? `schedule ${name}` : undefined;
    const id = createJobId(`${name}@${tick}`, queue);
    return { id: await store.add({ queue, id, data, delayMs: 0, priority: 0, deduplicationId }) };
  }

  #createDelivery({ id, topic, origin, subscriber, message }: Delivery): NewJob {
    const { registry, queueRouter, jobFactory } = this.#options;
    const { service, attempts, timeout = registry.get(service).timeoutMs } = subscriber;
    const queue = queueRouter.selectSubscriberQueue(topic, service);
    const data = jobFactory.createJobData(
      { service, topic, ...message.fields, ...jobFactory.createPropagatedContext(origin) },
      { attempts, timeoutMs: timeout },
    );
    const jobId = createJobId(`${id}.${service}`, queue);
    return { queue, id: jobId, data, delayMs: 0, priority: 0, deduplicationId: undefined };
  }
}
