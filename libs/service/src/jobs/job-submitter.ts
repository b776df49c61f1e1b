import type { RegisteredService } from '../invocation/registered-service';
import type { Plan } from '../composite/composite';
import type { InvocationContext } from '../invocation/invocation-context';
import type { AsyncOptions, FlowOptions } from './async-options';

/** A job that the store has acknowledged. */
export interface JobReceipt {
  readonly id: string;
}

/** A message of which each subscriber has a job, acknowledged by the store. */
export interface Publication {
  /** How many that are: those whose filter the message passes. */
  readonly subscribers: number;
}

/** Whose work a job carries on. */
export type JobOrigin = Pick<InvocationContext, 'cid' | 'inbound' | 'job' | 'caller' | 'sideEffects'>;

/** A service is to be invoked later. */
export interface EnqueueRequest {
  readonly service: RegisteredService;
  readonly input: unknown;
  /** Members of the input that came as text and may be converted. Default: none. */
  readonly coercibleMembers?: readonly string[];
  readonly options: AsyncOptions | undefined;
  readonly origin: JobOrigin;
  /** Who may ask for the job later, in words of whoever hands it in. Default: nobody but operators. */
  readonly owner?: string;
}

/** Services are to be invoked later, and another one with what they gave. */
export interface ComposeRequest {
  /** Name of the service that hands it in. */
  readonly caller: string;
  readonly plan: Plan;
  /** Gets what the composite got. */
  readonly into: RegisteredService;
  readonly options: FlowOptions;
  readonly origin: JobOrigin;
}

/**
 * Where services hand in work that is to be done later. Right before the store is written to, `wasSent` is set on the footprint of the
 * origin: a store that does not acknowledge in time may carry out what it was sent later.
 */
export interface JobSubmitter {
  /**
   * Resolves once the store has acknowledged the job.
   *
   * @throws {ValidationFailedError} when the input does not fit the service, or has a member that is marked secret
   * @throws {BusError} 413 `CONTENT_TOO_LARGE`; 503 `STORE_UNAVAILABLE` when the store does not answer within 1 s
   */
  enqueue(ask: EnqueueRequest): Promise<JobReceipt>;
  /**
   * Makes a job for each branch, and one that waits for them; all of them, or none.
   *
   * @returns the job that waits
   * @throws {RangeError} for a plan that jobs cannot carry out
   * @throws {InternalError} for a branch whose input is refused, unless it forwards refusals; what else it throws, {@link JobSubmitter.enqueue} does
   */
  compose(ask: ComposeRequest): Promise<JobReceipt>;
  /** Makes one job for each subscriber; what it throws, {@link JobSubmitter.enqueue} does. */
  publish(topic: string, message: unknown, origin: JobOrigin): Promise<Publication>;
}
