import { assertNoPromise, createFailure } from '@trunkline/failures';
import { type RegisteredService, isPromise, type JobOrigin } from '@trunkline/service';
import type { JobsConfig } from '../configuration/jobs-config';
import type { JobData } from '../queues/job-data';
import { createPropagatedContext, type PropagatedContext } from './propagated-context';

/** The part of a job's data that does not come from the configuration. */
type JobDataFields = Pick<JobData, 'service' | 'cid'> & Partial<JobData>;

/** Retry and timeout options of a job. Default: those of the configuration. */
export interface AttemptOptions {
  readonly attempts?: number | undefined;
  readonly timeoutMs?: number | undefined;
  readonly backoff?: { readonly initialMs?: number | undefined; readonly maxMs?: number | undefined } | undefined;
}

/** An input after its JSON round trip, which is what the service receives. */
export interface SerializedInput {
  readonly value: unknown;
  readonly fields: { readonly input?: unknown };
}

/** Creates the data of jobs that the store keeps. */
export class JobFactory {
  constructor(private readonly config: JobsConfig) {}

  /** Completes the data of a job by the defaults of its service and of the configuration. */
  createJobData(fields: JobDataFields, options: AttemptOptions): JobData {
    const { config } = this;
    const defaults = {
      attempts: config.attempts,
      timeout: config.timeout,
      ...omitUndefined(config.services[fields.service]),
    };
    const { initialMs = config.backoff.initial, maxMs = config.backoff.max } = options.backoff ?? {};
    return {
      returned: 0,
      replays: 0,
      earlier: [],
      dropped: [],
      ...fields,
      attempts: options.attempts ?? defaults.attempts,
      timeoutMs: options.timeoutMs ?? defaults.timeout,
      backoff: { initialMs, maxMs },
    };
  }

  /** What a job inherits from the invocation that creates it; of the caller's claims, those that the configuration names. */
  createPropagatedContext(origin: JobOrigin): PropagatedContext {
    return createPropagatedContext(origin, this.config.claims);
  }

  /**
   * Serializes and validates the input of a service.
   *
   * @param coercibleMembers - names of the members that arrived as text and may be converted
   * @throws {ValidationFailedError} when the input is invalid or contains a secret
   * @throws {BusError} 413 when it is too large, 500 when it contains a promise
   */
  async validateInput(
    service: RegisteredService,
    input: unknown,
    coercibleMembers: readonly string[],
  ): Promise<SerializedInput> {
    const serialized = this.serializeInput(input);
    const validation = service.validateInput?.(serialized.value, coercibleMembers);
    if (isPromise(validation)) await validation;
    service.assertNoSecrets(serialized.value);
    return serialized;
  }

  /**
   * Serializes an input as the store keeps it.
   *
   * @throws {BusError} 413 when it is too large, 500 when it contains a promise
   */
  serializeInput(input: unknown): SerializedInput {
    const json: string | undefined = JSON.stringify(input);
    if (json === undefined) return { value: undefined, fields: {} };
    assertNoPromise(json, input, 'the input of a job');
    const { maxInput } = this.config;
    const bytes = Buffer.byteLength(json);
    if (bytes > maxInput) {
      const detail = `the input of a job may have ${maxInput} bytes as JSON, this one has ${bytes}`;
      throw createFailure('CONTENT_TOO_LARGE', { detail });
    }
    const value: unknown = JSON.parse(json);
    return { value, fields: { input: value } };
  }
}

function omitUndefined({ attempts, timeout }: Partial<JobsConfig['services'][string]> = {}) {
  return { ...(attempts !== undefined && { attempts }), ...(timeout !== undefined && { timeout }) };
}
