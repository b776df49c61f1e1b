import { formatSuggestion } from '@trunkline/config';
import { InternalError } from '@trunkline/failures';
import type { EnqueueRequest, JobOrigin, JobReceipt, Publication, ServiceRegistry } from '@trunkline/service';
import { createCorrelationId } from '@trunkline/telemetry';
import type { ScheduleConfig } from '../configuration/schedule-section';
import type { SubscriberConfig } from '../configuration/topics-section';
import { parseJobOptions } from './parse-job-options';
import { scopeDeduplicationId, releaseOnFailure, reserveJobId } from './propagated-context';
import type { JobFactory } from './job-factory';
import { createJobId, type QueueRouter } from '../queues/queue-router';
import type { JobStore } from '../queues/job-store';
import { matchesFilter } from '../topics/message-filter';

/** What jobs are made by. */
export interface JobEnqueuerOptions {
  readonly store: JobStore;
  readonly queueRouter: QueueRouter;
  readonly jobFactory: JobFactory;
  readonly topics: Readonly<Record<string, { readonly subscribers: readonly SubscriberConfig[] }>>;
  readonly registry: ServiceRegistry;
}

/** A message, and where it is to go. */
interface PublishRequest {
  readonly topic: string;
  readonly message: unknown;
  readonly origin: JobOrigin;
}

const NO_COERCIBLE_MEMBERS: readonly string[] = [];

/** Makes jobs: checks what is handed in, and gives it to the store, which is given up at an instant (`until`, `performance.now()`). */
export class JobEnqueuer {
  readonly #options: JobEnqueuerOptions;

  constructor(options: JobEnqueuerOptions) {
    this.#options = options;
  }

  /** See {@link JobDesk.enqueue}. */
  async enqueue(ask: EnqueueRequest, deadlineMs: number): Promise<JobReceipt> {
    const { service, input, coercibleMembers = NO_COERCIBLE_MEMBERS, options = {}, origin, owner } = ask;
    const { queueRouter, store, jobFactory } = this.#options;
    const asked = parseJobOptions(options);
    const kept = await jobFactory.validateInput(service, input, coercibleMembers);
    const queue = queueRouter.selectQueue(service.name);
    const data = jobFactory.createJobData(
      {
        service: service.name,
        ...kept.fields,
        ...jobFactory.createPropagatedContext(origin),
        ...(owner !== undefined && { owner }),
        ...(coercibleMembers.length > 0 && { texts: [...coercibleMembers] }),
      },
      { ...asked, timeoutMs: asked.timeoutMs ?? service.timeoutMs },
    );
    const { delayMs, priority, deduplicationId } = asked;
    const taken = reserveJobId(origin, ['job', service.name, deduplicationId ?? ''], [kept.value]);
    const draft = {
      queue,
      id: createJobId(taken.id, queue),
      data,
      delayMs,
      priority,
      deduplicationId: deduplicationId && scopeDeduplicationId(origin, `${service.name} ${deduplicationId}`),
    };
    const id = await releaseOnFailure(taken, store.add(draft, { deadlineMs, sideEffects: origin.sideEffects }));
    return { id };
  }

  /** See {@link JobDesk.publish}. */
  async publish(ask: PublishRequest, deadlineMs: number): Promise<Publication> {
    const { topic, message, origin } = ask;
    const { topics, registry, store, queueRouter, jobFactory } = this.#options;
    const known = topics[topic];
    if (!known) throw new InternalError(`there is no topic ${topic}${formatSuggestion(topic, Object.keys(topics))}`);
    const kept = jobFactory.serializeInput(message);
    const subscribers = known.subscribers.filter(({ filter }) => matchesFilter(kept.value, filter));
    for (const { service } of subscribers) registry.get(service).assertNoSecrets(kept.value);
    const taken = reserveJobId(origin, ['message', topic], [kept.value]);
    const jobs = subscribers.map((subscriber) => {
      const queue = queueRouter.selectSubscriberQueue(topic, subscriber.service);
      const { service, attempts, timeout = registry.get(service).timeoutMs } = subscriber;
      const data = jobFactory.createJobData(
        { service, topic, ...kept.fields, ...jobFactory.createPropagatedContext(origin) },
        { attempts, timeoutMs: timeout },
      );
      const id = createJobId(`${taken.id}.${service}`, queue);
      return { queue, id, data, delayMs: 0, priority: 0, deduplicationId: undefined };
    });
    if (jobs.length > 0)
      await releaseOnFailure(taken, store.addBulk(jobs, { deadlineMs, sideEffects: origin.sideEffects }));
    return { subscribers: subscribers.length };
  }

  /**
   * Makes the job of a tick.
   *
   * @param tick - tells it from the other ticks of the schedule: there is one job of it, however often it is asked for
   */
  async enqueueTick(name: string, schedule: ScheduledWork, tick: string): Promise<JobReceipt> {
    const { queueRouter, store, jobFactory } = this.#options;
    const { service, attempts, timeoutMs, input = {}, overlap } = schedule;
    const queue = queueRouter.selectQueue(service);
    const data = jobFactory.createJobData(
      { service, schedule: name, input, cid: createCorrelationId() },
      { attempts, timeoutMs },
    );
    const deduplicationId = overlap === 'skip' ? `schedule ${name}` : undefined;
    const id = await store.add({
      queue,
      id: createJobId(`${name}@${tick}`, queue),
      data,
      delayMs: 0,
      priority: 0,
      deduplicationId,
    });
    return { id };
  }
}

/** What a schedule has done at its ticks. */
export interface ScheduledWork extends Pick<ScheduleConfig, 'service' | 'overlap'> {
  readonly input?: unknown;
  readonly attempts: number | undefined;
  readonly timeoutMs: number | undefined;
}
