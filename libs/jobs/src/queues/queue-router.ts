import type { JobsConfig } from '../configuration/jobs-config';
import type { SubscriberConfig } from '../configuration/topics-section';
import { QUEUE_SEPARATOR } from './job-id';

/** A queue with its own workers and limits. */
export interface QueueConfig {
  /** Empty for the shared queue. */
  readonly name: string;
  /** Number of its jobs that a host runs at once. */
  readonly concurrency: number;
  /** At most `max` attempts start within `duration` milliseconds, over all hosts. */
  readonly limiter: { readonly max: number; readonly duration: number } | undefined;
}

type QueueLimits = Pick<SubscriberConfig, 'concurrency' | 'rateLimit'>;
type Topics = Readonly<Record<string, { readonly subscribers: readonly SubscriberConfig[] }>>;

/** Selects the queue of a job: a dedicated one if its service or subscriber has its own limits, else the shared queue. */
export class QueueRouter {
  readonly #concurrency: number;
  readonly #configs = new Map<string, QueueConfig>();

  constructor({ concurrency, services }: Pick<JobsConfig, 'concurrency' | 'services'>, topics: Topics) {
    this.#concurrency = concurrency;
    this.#add('', {});
    for (const [service, limits] of Object.entries(services)) if (hasOwnLimits(limits)) this.#add(service, limits);
    for (const [topic, { subscribers }] of Object.entries(topics)) {
      for (const subscriber of subscribers) {
        if (hasOwnLimits(subscriber)) this.#add(createSubscriberQueueName(topic, subscriber.service), subscriber);
      }
    }
  }

  /** Name of the queue for jobs of a service. */
  selectQueue(service: string): string {
    return this.#configs.has(service) ? service : '';
  }

  /** Name of the queue for messages of a topic to a service. */
  selectSubscriberQueue(topic: string, service: string): string {
    const own = createSubscriberQueueName(topic, service);
    return this.#configs.has(own) ? own : this.selectQueue(service);
  }

  /** All queues of the configuration, the shared one included. */
  listConfigs(): readonly QueueConfig[] {
    return [...this.#configs.values()];
  }

  /** The limits of a queue that an earlier configuration has left jobs in. */
  createOrphanedConfig(name: string): QueueConfig {
    return { name, concurrency: this.#concurrency, limiter: undefined };
  }

  #add(name: string, { concurrency = this.#concurrency, rateLimit }: QueueLimits): void {
    const limiter = rateLimit && { max: rateLimit.limit, duration: rateLimit.per };
    this.#configs.set(name, { name, concurrency, limiter });
  }
}

function createSubscriberQueueName(topic: string, service: string): string {
  return `${topic}${QUEUE_SEPARATOR}${service}`;
}

function hasOwnLimits({ concurrency, rateLimit }: QueueLimits): boolean {
  return concurrency !== undefined || rateLimit !== undefined;
}
