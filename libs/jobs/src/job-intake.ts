import { createHash } from 'node:crypto';
import { didYouMean } from '@trunkline/config';
import { failureOf, InternalError } from '@trunkline/failures';
import { isPromise, type JobAsk, type JobOrigin, type JobReceipt, type ServiceRegistry } from '@trunkline/service';
import { newCorrelationId } from '@trunkline/telemetry';
import type { JobOptions } from './configuration/job-options';
import type { ScheduleConfig } from './configuration/schedule-section';
import type { SubscriberConfig } from './configuration/topics-section';
import type { JobData } from './job/job-data';
import { checkedOptions } from './job/checked-options';
import { idInLane, type Lanes } from './lane/lanes';
import type { JobStore } from './job-store';
import { passes } from './topic/filter';

/** What jobs are made by. */
export interface JobIntakeOptions {
  readonly store: JobStore;
  readonly lanes: Lanes;
  readonly jobs: JobOptions;
  readonly topics: Readonly<Record<string, { readonly subscribers: readonly SubscriberConfig[] }>>;
  readonly registry: ServiceRegistry;
}

/** What a job takes over from where it comes from. */
type Heritage = Pick<JobData, 'service' | 'cid'> & Partial<JobData>;

const NO_TEXTS: readonly string[] = [];

/** Makes jobs: checks what is handed in, and gives it to the store. */
export class JobIntake {
  readonly #options: JobIntakeOptions;

  constructor(options: JobIntakeOptions) {
    this.#options = options;
  }

  /** See {@link JobDesk.enqueue}. */
  async enqueue({ service, input, texts = NO_TEXTS, options = {}, origin, owner }: JobAsk): Promise<JobReceipt> {
    const { lanes, store } = this.#options;
    const asked = checkedOptions(options);
    const kept = this.#kept(input);
    const checked = service.checkInput?.(kept.value, texts);
    if (isPromise(checked)) await checked;
    service.refuseSecrets(kept.value);
    const lane = lanes.ofService(service.name);
    const data = this.#data(
      {
        service: service.name,
        ...kept.member,
        ...heritageOf(origin),
        ...(owner !== undefined && { owner }),
        ...(texts.length > 0 && { texts: [...texts] }),
      },
      { ...asked, timeoutMs: asked.timeoutMs ?? service.timeoutMs },
    );
    const { delayMs, priority, deduplicationId } = asked;
    const id = await store.add({
      lane,
      id: idInLane(idOf(origin, `${service.name} ${kept.json}`), lane),
      data,
      delayMs,
      priority,
      deduplicationId: deduplicationId && `${service.name} ${deduplicationId}`,
    });
    return { id };
  }

  /** See {@link JobDesk.publish}. */
  async publish(topic: string, message: unknown, origin: JobOrigin): Promise<void> {
    const { topics, registry, store, lanes } = this.#options;
    const known = topics[topic];
    if (!known) throw new InternalError(`there is no topic ${topic}${didYouMean(topic, Object.keys(topics))}`);
    const kept = this.#kept(message);
    const subscribers = known.subscribers.filter(({ filter }) => passes(kept.value, filter));
    for (const { service } of subscribers) registry.get(service).refuseSecrets(kept.value);
    const publication = idOf(origin, `${topic} ${kept.json}`);
    await Promise.all(
      subscribers.map((subscriber) => {
        const lane = lanes.ofSubscriber(topic, subscriber.service);
        const { service, attempts, timeout = registry.get(service).timeoutMs } = subscriber;
        const data = this.#data(
          { service, topic, ...kept.member, ...heritageOf(origin) },
          { attempts, timeoutMs: timeout },
        );
        const id = idInLane(`${publication}.${service}`, lane);
        return store.add({ lane, id, data, delayMs: 0, priority: 0, deduplicationId: undefined });
      }),
    );
  }

  /**
   * Makes the job of a tick.
   *
   * @param tick - tells it from the other ticks of the schedule: there is one job of it, however often it is asked for
   */
  async tick(name: string, schedule: ScheduledWork, tick: string): Promise<JobReceipt> {
    const { lanes, store } = this.#options;
    const { service, attempts, timeoutMs, input = {}, overlap } = schedule;
    const lane = lanes.ofService(service);
    const data = this.#data({ service, schedule: name, input, cid: newCorrelationId() }, { attempts, timeoutMs });
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

  #data(heritage: Heritage, asked: AskedOfAttempts): JobData {
    const { jobs } = this.#options;
    const own = { attempts: jobs.attempts, timeout: jobs.timeout, ...definedOf(jobs.services[heritage.service]) };
    const { initialMs = jobs.backoff.initial, maxMs = jobs.backoff.max } = asked.backoff ?? {};
    return {
      returned: 0,
      replays: 0,
      earlier: [],
      ...heritage,
      attempts: asked.attempts ?? own.attempts,
      timeoutMs: asked.timeoutMs ?? own.timeout,
      backoff: { initialMs, maxMs },
    };
  }

  /** What the store will keep of a value: what the service will see. */
  #kept(input: unknown): Kept {
    const json: string | undefined = JSON.stringify(input);
    if (json === undefined) return { json: '', value: undefined, member: {} };
    const { maxInput } = this.#options.jobs;
    const bytes = Buffer.byteLength(json);
    if (bytes > maxInput) {
      const detail = `the input of a job may have ${maxInput} bytes as JSON, this one has ${bytes}`;
      throw failureOf('CONTENT_TOO_LARGE', { detail });
    }
    const value: unknown = JSON.parse(json);
    return { json, value, member: { input: value } };
  }
}

/** What a schedule has done at its ticks. */
export interface ScheduledWork extends Pick<ScheduleConfig, 'service' | 'overlap'> {
  readonly input?: unknown;
  readonly attempts: number | undefined;
  readonly timeoutMs: number | undefined;
}

interface AskedOfAttempts {
  readonly attempts?: number | undefined;
  readonly timeoutMs?: number | undefined;
  readonly backoff?: { readonly initialMs?: number | undefined; readonly maxMs?: number | undefined } | undefined;
}

interface Kept {
  readonly json: string;
  readonly value: unknown;
  readonly member: { readonly input?: unknown };
}

function definedOf({ attempts, timeout }: Partial<JobOptions['services'][string]> = {}) {
  return { ...(attempts !== undefined && { attempts }), ...(timeout !== undefined && { timeout }) };
}

function heritageOf({ cid, inbound, caller }: JobOrigin): Pick<JobData, 'cid' | 'trace' | 'caller'> {
  const { traceparent, tracestate } = inbound?.headers ?? {};
  return {
    cid,
    ...(caller && { caller: { name: caller.name, scopes: [...caller.scopes], definition: caller.definition } }),
    ...(typeof traceparent === 'string' && {
      trace: { traceparent, ...(typeof tracestate === 'string' && { tracestate }) },
    }),
  };
}

/** In a job that is tried again, what it hands in once more is the same job. */
function idOf({ job }: JobOrigin, what: string): string {
  if (!job) return newCorrelationId();
  return createHash('sha256').update(job.keyOf(what)).digest('hex').slice(0, 26).toUpperCase();
}
