import { assertNoPromise, failureOf } from '@trunkline/failures';
import { type BoundService, isPromise, type JobOrigin } from '@trunkline/service';
import type { JobOptions } from '../configuration/job-options';
import { heritageOf } from './heritage';
import type { JobData } from './job-data';

/** What a job takes over from where it comes from. */
type Heritage = Pick<JobData, 'service' | 'cid'> & Partial<JobData>;

/** What was said of the attempts of a job. Default: what the configuration says. */
export interface AskedOfAttempts {
  readonly attempts?: number | undefined;
  readonly timeoutMs?: number | undefined;
  readonly backoff?: { readonly initialMs?: number | undefined; readonly maxMs?: number | undefined } | undefined;
}

/** What the store will keep of a value. */
export interface Kept {
  readonly json: string;
  readonly value: unknown;
  readonly member: { readonly input?: unknown };
}

/** Writes what the store is to keep of jobs. */
export class JobDrafts {
  constructor(private readonly jobs: JobOptions) {}

  data(heritage: Heritage, asked: AskedOfAttempts): JobData {
    const { jobs } = this;
    const own = { attempts: jobs.attempts, timeout: jobs.timeout, ...definedOf(jobs.services[heritage.service]) };
    const { initialMs = jobs.backoff.initial, maxMs = jobs.backoff.max } = asked.backoff ?? {};
    return {
      returned: 0,
      replays: 0,
      earlier: [],
      dropped: [],
      ...heritage,
      attempts: asked.attempts ?? own.attempts,
      timeoutMs: asked.timeoutMs ?? own.timeout,
      backoff: { initialMs, maxMs },
    };
  }

  /** What a job takes over from where it comes from. */
  heritage(origin: JobOrigin) {
    return heritageOf(origin, this.jobs.claims);
  }

  /** What the store will keep of a value: what the service will see. @throws {BusError} 413 when it is too large, 500 when it holds a promise */
  kept(input: unknown): Kept {
    const json: string | undefined = JSON.stringify(input);
    if (json === undefined) return { json: '', value: undefined, member: {} };
    assertNoPromise(json, input, 'the input of a job');
    const { maxInput } = this.jobs;
    const bytes = Buffer.byteLength(json);
    if (bytes > maxInput) {
      const detail = `the input of a job may have ${maxInput} bytes as JSON, this one has ${bytes}`;
      throw failureOf('CONTENT_TOO_LARGE', { detail });
    }
    const value: unknown = JSON.parse(json);
    return { json, value, member: { input: value } };
  }

  /**
   * What the store will keep of the input of a service, checked.
   *
   * @param texts - members that came as text and may be converted
   * @throws {ValidationFailedError} when it does not fit, or has a secret; {@link kept} says what else
   */
  async checkedInput(service: BoundService, input: unknown, texts: readonly string[]): Promise<Kept> {
    const kept = this.kept(input);
    const checked = service.checkInput?.(kept.value, texts);
    if (isPromise(checked)) await checked;
    service.refuseSecrets(kept.value);
    return kept;
  }
}

function definedOf({ attempts, timeout }: Partial<JobOptions['services'][string]> = {}) {
  return { ...(attempts !== undefined && { attempts }), ...(timeout !== undefined && { timeout }) };
}
