import type { Plan } from '../composite/composite';
import type { InvocationContext } from '../invocation/invocation-context';
import type { RegisteredService } from '../invocation/registered-service';
import type { AsyncOptions, FlowOptions } from './async-options';
import type { JobStatus } from './job-status';

/** A job that the store has acknowledged. */
export interface JobReceipt {
  readonly id: string;
}

/** A published message: the store has acknowledged one job for each subscriber. */
export interface Publication {
  /** Number of subscribers whose filter accepts the message. */
  readonly subscribers: number;
}

/** The parts of an invocation that its jobs inherit. */
export type JobOrigin = Pick<InvocationContext, 'cid' | 'inbound' | 'job' | 'caller' | 'sideEffects'>;

/** A service to invoke later. */
export interface EnqueueRequest {
  readonly service: RegisteredService;
  readonly input: unknown;
  /** Members of the input that arrived as text and may be coerced. Default: none. */
  readonly coercibleMembers?: readonly string[];
  readonly options?: AsyncOptions | undefined;
  readonly origin: JobOrigin;
  /** Who may read the job, as an opaque text that the submitter defines. Default: only operators. */
  readonly owner?: string;
}

/** Services to invoke later, and a service to invoke with their outputs. */
export interface ComposeRequest {
  /** Name of the service that submits the composite. */
  readonly caller: string;
  readonly plan: Plan;
  /** Receives the result of the composite. */
  readonly into: RegisteredService;
  readonly options: FlowOptions;
  readonly origin: JobOrigin;
}

/**
 * Submits jobs and reads their status.
 *
 * Right before it writes to the store, it sets `wasSent` on the side effects of the origin: a store that does not acknowledge in time
 * may still carry out the write.
 */
export interface JobSubmitter {
  /**
   * Submits a job. Resolves once the store has acknowledged it.
   *
   * @throws {ValidationFailedError} when the input does not fit the service, or has a member that is marked secret
   * @throws {BusError} 413 `CONTENT_TOO_LARGE`; 503 `STORE_UNAVAILABLE` when the store does not answer within 1 s
   */
  enqueue(request: EnqueueRequest): Promise<JobReceipt>;
  /**
   * Submits a job for each branch, and one that waits for them; all of them, or none.
   *
   * @returns the job that waits
   * @throws {RangeError} for a plan that jobs cannot carry out
   * @throws {InternalError} for a branch whose input is rejected, unless its `refusals` are forwarded; otherwise as {@link JobSubmitter.enqueue}
   */
  compose(request: ComposeRequest): Promise<JobReceipt>;
  /**
   * Submits one job for each subscriber of a topic.
   *
   * @throws as {@link JobSubmitter.enqueue}
   */
  publish(topic: string, message: unknown, origin: JobOrigin): Promise<Publication>;
  /**
   * Finds a job by its id, which may be any text. The caller checks {@link JobStatus.owner} before it discloses anything.
   *
   * @returns `undefined` for an unknown or expired job
   * @throws {BusError} 503 `STORE_UNAVAILABLE`
   */
  find(id: string): Promise<JobStatus | undefined>;
}
