import type { CallMiddleware } from './call-handler';
import type { PipelineCall } from './pipeline-call';

/** Starts the time of an attempt. The wait for a permit of the bulkhead does not count. */
export function limitAttemptTime<Call extends Pick<PipelineCall, 'startAttemptTime'>, Result>(): CallMiddleware<
  Call,
  Result
> {
  return (next) => (call) => {
    call.startAttemptTime();
    return next(call);
  };
}
