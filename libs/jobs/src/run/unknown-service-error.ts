import { InternalError } from '@trunkline/failures';

/** For longer than `bus.jobs.unknownService.for`, no host that took a job had its service. */
export class UnknownServiceError extends InternalError {
  constructor(service: string, waitedMs: number) {
    const waitedSeconds = Math.round(waitedMs / 1_000);
    super(
      `no host that took the job in the last ${waitedSeconds} s has the service ${service}: deploy it, then retry the dead letter`,
    );
  }
}
