import { InternalError } from '@trunkline/failures';

/** No host that took a job had its service, for longer than it is given back. */
export class UnknownServiceError extends InternalError {
  constructor(service: string, waitedMs: number) {
    super(
      `there is no service ${service} on the hosts that took the job, for ${Math.round(waitedMs / 1_000)} s: deploy it, and retry the dead letter`,
    );
  }
}
