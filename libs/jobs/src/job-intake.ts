import { didYouMean } from '@trunkline/config';
import { InternalError } from '@trunkline/failures';
import type { JobAsk, JobOrigin, JobReceipt, Publication, ServiceRegistry } from '@trunkline/service';
import { newCorrelationId } from '@trunkline/telemetry';
import type { ScheduleConfig } from './configuration/schedule-section';
import type { SubscriberConfig } from './configuration/topics-section';
import { checkedOptions } from './job/checked-options';
import { scopeDuplicateId, storeUnder, takeId } from './job/heritage';
import type { JobDrafts } from './job/job-drafts';
import { idInLane, type Lanes } from './lane/lanes';
import type { JobStore } from './job-store';
import { passes } from './topic/filter';

/** What jobs are made by. */
export interface JobIntakeOptions {
  readonly store: JobStore;
  readonly lanes: Lanes;
  readonly drafts: JobDrafts;
  readonly topics: Readonly<Record<string, { readonly subscribers: readonly SubscriberConfig[] }>>;
  readonly registry: ServiceRegistry;
}

/** A message, and where it is to go. */
interface PublicationAsk {
  readonly topic: string;
  readonly message: unknown;
  readonly origin: JobOrigin;
}

const NO_TEXTS: readonly string[] = [];

/** Makes jobs: checks what is handed in, and gives it to the store, which is given up at an instant (`until`, `performance.now()`). */
export class JobIntake {
  readonly #options: JobIntakeOptions;

  constructor(options: JobIntakeOptions) {
    this.#options = options;
  }

  /** See {@link JobDesk.enqueue}. */
  async enqueue(ask: JobAsk, until: number): Promise<JobReceipt> {
    const { service, input, texts = NO_TEXTS, options = {}, origin, owner } = ask;
    const { lanes, store, drafts } = this.#options;
    const asked = checkedOptions(options);
    const kept = await drafts.checkedInput(service, input, texts);
    const lane = lanes.ofService(service.name);
    const data = drafts.data(
      {
        service: service.name,
        ...kept.member,
        ...drafts.heritage(origin),
        ...(owner !== undefined && { owner }),
        ...(texts.length > 0 && { texts: [...texts] }),
      },
      { ...asked, timeoutMs: asked.timeoutMs ?? service.timeoutMs },
    );
    const { delayMs, priority, deduplicationId } = asked;
    const taken = takeId(origin, ['job', service.name, deduplicationId ?? ''], [kept.value]);
    const draft = {
      lane,
      id: idInLane(taken.id, lane),
      data,
      delayMs,
      priority,
      deduplicationId: deduplicationId && scopeDuplicateId(origin, `${service.name} ${deduplicationId}`),
    };
    const id = await storeUnder(taken, store.add(draft, { until, footprint: origin.footprint }));
    return { id };
  }

  /** See {@link JobDesk.publish}. */
  async publish(ask: PublicationAsk, until: number): Promise<Publication> {
    const { topic, message, origin } = ask;
    const { topics, registry, store, lanes, drafts } = this.#options;
    const known = topics[topic];
    if (!known) throw new InternalError(`there is no topic ${topic}${didYouMean(topic, Object.keys(topics))}`);
    const kept = drafts.kept(message);
    const subscribers = known.subscribers.filter(({ filter }) => passes(kept.value, filter));
    for (const { service } of subscribers) registry.get(service).refuseSecrets(kept.value);
    const taken = takeId(origin, ['message', topic], [kept.value]);
    const jobs = subscribers.map((subscriber) => {
      const lane = lanes.ofSubscriber(topic, subscriber.service);
      const { service, attempts, timeout = registry.get(service).timeoutMs } = subscriber;
      const data = drafts.data(
        { service, topic, ...kept.member, ...drafts.heritage(origin) },
        { attempts, timeoutMs: timeout },
      );
      const id = idInLane(`${taken.id}.${service}`, lane);
      return { lane, id, data, delayMs: 0, priority: 0, deduplicationId: undefined };
    });
    if (jobs.length > 0) await storeUnder(taken, store.addTogether(jobs, { until, footprint: origin.footprint }));
    return { subscribers: subscribers.length };
  }

  /**
   * Makes the job of a tick.
   *
   * @param tick - tells it from the other ticks of the schedule: there is one job of it, however often it is asked for
   */
  async tick(name: string, schedule: ScheduledWork, tick: string): Promise<JobReceipt> {
    const { lanes, store, drafts } = this.#options;
    const { service, attempts, timeoutMs, input = {}, overlap } = schedule;
    const lane = lanes.ofService(service);
    const data = drafts.data({ service, schedule: name, input, cid: newCorrelationId() }, { attempts, timeoutMs });
    const deduplicationId = overlap === 'skip' ? `schedule ${name}` : undefined;
    const id = await store.add({
      lane,
      id: idInLane(`${name}@${tick}`, lane),
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
