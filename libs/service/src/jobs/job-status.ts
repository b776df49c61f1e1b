import type { BusError } from '@trunkline/failures';

/** The state of a job: `queued` until its first attempt starts, and between attempts. */
export type JobState = 'queued' | 'running' | 'completed' | 'failed';

/** A job as its submitter sees it. */
export interface JobStatus {
  readonly id: string;
  /** Name of the service that the job invokes. */
  readonly service: string;
  readonly state: JobState;
  /** Attempts started since the job was created or last replayed. */
  readonly attempts: number;
  /** Correlation id of the request or job that created it. */
  readonly cid: string;
  /** `EnqueueRequest.owner`; `undefined`: only operators may read the job. */
  readonly owner: string | undefined;
  /** Output of a completed job. */
  readonly result: unknown;
  /** Failure of a failed job. */
  readonly failure: BusError | undefined;
}
