import type { JobsConfig } from '../configuration/jobs-config';
import type { SubscriberConfig } from '../configuration/topics-section';

/** A row of jobs with workers of its own. */
export interface QueueConfig {
  /** Empty for the one that all share. */
  readonly name: string;
  /** How many of its jobs a host runs at once. */
  readonly concurrency: number;
  /** At most so many attempts begin within so many milliseconds, over all hosts. */
  readonly limiter: { readonly max: number; readonly duration: number } | undefined;
}

type QueueLimits = Pick<SubscriberConfig, 'concurrency' | 'rateLimit'>;
type Topics = Readonly<Record<string, { readonly subscribers: readonly SubscriberConfig[] }>>;

/** Parts the id of a job from the name of its lane; no service, topic or schedule has it in its name. */
const SEPARATOR = '~';

/** Which lane a job takes: one of its own where its service or subscriber has limits of its own, else the one that all share. */
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

  /** Name of the lane of a service's jobs. */
  selectQueue(service: string): string {
    return this.#configs.has(service) ? service : '';
  }

  /** Name of the lane of the messages that a topic has for a service. */
  selectSubscriberQueue(topic: string, service: string): string {
    const own = createSubscriberQueueName(topic, service);
    return this.#configs.has(own) ? own : this.selectQueue(service);
  }

  /** Those of the configuration. */
  listConfigs(): readonly QueueConfig[] {
    return [...this.#configs.values()];
  }

  /** A lane that an earlier configuration has left jobs in. */
  createOrphanedConfig(name: string): QueueConfig {
    return { name, concurrency: this.#concurrency, limiter: undefined };
  }

  #add(name: string, { concurrency = this.#concurrency, rateLimit }: QueueLimits): void {
    const limiter = rateLimit && { max: rateLimit.limit, duration: rateLimit.per };
    this.#configs.set(name, { name, concurrency, limiter });
  }
}

/** The id of a job says which lane it is in, so that it is found with one question. */
export function createJobId(id: string, lane: string): string {
  return lane === '' ? id : `${id}${SEPARATOR}${lane}`;
}

const JOB_ID_PATTERN = /^(?:[0-9A-Z]{26}(?:\.[a-z0-9._-]+)?|[a-z0-9._-]+@[\w-]+)(?:~[a-z0-9._~-]+)?$/;

/** Can this be the id of a job? */
export function isJobId(id: string): boolean {
  return id.length <= 512 && JOB_ID_PATTERN.test(id);
}

/** The lane that the id of a job names. */
export function parseQueueName(id: string): string {
  const end = id.indexOf(SEPARATOR);
  return end === -1 ? '' : id.slice(end + 1);
}

function createSubscriberQueueName(topic: string, service: string): string {
  return `${topic}${SEPARATOR}${service}`;
}

function hasOwnLimits({ concurrency, rateLimit }: QueueLimits): boolean {
  return concurrency !== undefined || rateLimit !== undefined;
}
