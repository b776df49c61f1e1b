import type { BusError } from '@trunkline/failures';
import type { Caller } from '@trunkline/security';
import type { RegisteredService, SideEffects, HttpRequest } from '@trunkline/service';

/** Work that a channel hands in, to be done later. */
export interface JobSubmission {
  readonly service: RegisteredService;
  readonly input: unknown;
  /** Members of the input that came as text and may be converted. */
  readonly coercibleMembers: readonly string[];
  readonly origin: {
    readonly cid: string;
    readonly inbound: HttpRequest;
    readonly caller: Caller | undefined;
    /** Where it is noted, before the store is written to, that it is. */
    readonly sideEffects: SideEffects | undefined;
  };
  /** Who may ask for it. */
  readonly owner: string;
}

/** How a job stands. */
export interface JobStatus {
  readonly id: string;
  readonly service: string;
  readonly state: 'queued' | 'running' | 'completed' | 'failed';
  /** Attempts begun. */
  readonly attempts: number;
  /** Of the request that it came with. */
  readonly cid: string;
  /** Who may ask for it; `undefined`: no client. */
  readonly owner: string | undefined;
  /** Of a job that has completed. */
  readonly result: unknown;
  /** Of a job that has failed for good. */
  readonly failure: BusError | undefined;
}

/** Where channels hand in jobs, and ask for them. What it throws is a failure of the request. */
export interface JobClient {
  /** Resolves once the store has acknowledged the job. */
  enqueue(job: JobSubmission): Promise<{ readonly id: string }>;
  /** `undefined`: there is no such job, or no longer. */
  find(id: string): Promise<JobStatus | undefined>;
}
