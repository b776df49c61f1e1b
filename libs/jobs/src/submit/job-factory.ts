import { assertNoPromise, createFailure } from '@trunkline/failures';
import { type RegisteredService, isPromise, type JobOrigin } from '@trunkline/service';
import type { JobsConfig } from '../configuration/jobs-config';
import { createPropagatedContext } from './propagated-context';
import type { JobData } from '../queues/job-data';

/** What a job takes over from where it comes from. */
type JobDataFields = Pick<JobData, 'service' | 'cid'> & Partial<JobData>;

/** What was said of the attempts of a job. Default: what the configuration says. */
export interface AttemptOptions {
  readonly attempts?: number | undefined;
  readonly timeoutMs?: number | undefined;
  readonly backoff?: { readonly initialMs?: number | undefined; readonly maxMs?: number | undefined } | undefined;
}

/** What the store will keep of a value. */
export interface SerializedInput {
  readonly json: string;
  readonly value: unknown;
  readonly fields: { readonly input?: unknown };
}

/** Writes what the store is to keep of jobs. */
export class JobFactory {
  constructor(private readonly config: JobsConfig) {}

  createJobData(heritage: JobDataFields, asked: AttemptOptions): JobData {
    const { config } = this;
    const own = {
      attempts: config.attempts,
      timeout: config.timeout,
      ...omitUndefined(config.services[heritage.service]),
    };
    const { initialMs = config.backoff.initial, maxMs = config.backoff.max } = asked.backoff ?? {};
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
  createPropagatedContext(origin: JobOrigin) {
    return createPropagatedContext(origin, this.config.claims);
  }

  /** What the store will keep of a value: what the service will see. @throws {BusError} 413 when it is too large, 500 when it holds a promise */
  serializeInput(input: unknown): SerializedInput {
    const json: string | undefined = JSON.stringify(input);
    if (json === undefined) return { json: '', value: undefined, fields: {} };
    assertNoPromise(json, input, 'the input of a job');
    const { maxInput } = this.config;
    const bytes = Buffer.byteLength(json);
    if (bytes > maxInput) {
      const detail = `the input of a job may have ${maxInput} bytes as JSON, this one has ${bytes}`;
      throw createFailure('CONTENT_TOO_LARGE', { detail });
    }
    const value: unknown = JSON.parse(json);
    return { json, value, fields: { input: value } };
  }

  /**
   * What the store will keep of the input of a service, checked.
   *
   * @param texts - members that came as text and may be converted
   * @throws {ValidationFailedError} when it does not fit, or has a secret; {@link kept} says what else
   */
  async validateInput(service: RegisteredService, input: unknown, texts: readonly string[]): Promise<SerializedInput> {
    const kept = this.serializeInput(input);
    const checked = service.validateInput?.(kept.value, texts);
    if (isPromise(checked)) await checked;
    service.assertNoSecrets(kept.value);
    return kept;
  }
}

function omitUndefined({ attempts, timeout }: Partial<JobsConfig['services'][string]> = {}) {
  return { ...(attempts !== undefined && { attempts }), ...(timeout !== undefined && { timeout }) };
}
