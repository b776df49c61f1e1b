import { ServiceResponseError, ValidationFailedError } from '@trunkline/failures';
import type { BoundService } from './bound-service';
import { type Check, NO_TEXTS } from './check/check';
import type { Invocation } from './invocation';
import { isPromise } from './promises';

/**
 * The payload of an invocation whose `handle()` has ended.
 *
 * @throws {ServiceResponseError} when the service set a status of 400 or more
 * @throws {InternalError} when its output does not fit its declaration
 */
export function answerOf(invocation: Invocation, returned: unknown): unknown {
  const { service } = invocation;
  const response = invocation.responseIfAny;
  const payload = returned === undefined ? response?.payload : returned;
  if (response && response.statusCode >= 400) {
    throw new ServiceResponseError(service.name, response.statusCode, payload, response.headers);
  }
  if (!service.checkOutput || payload === undefined) return payload;
  return checkedOutput(service, service.checkOutput, payload);
}

/** An output that does not fit is a fault of the service, not of whoever asked. */
function checkedOutput(service: BoundService, check: Check, payload: unknown): unknown {
  const blame = (thrown: unknown): never => {
    if (!(thrown instanceof ValidationFailedError)) throw thrown;
    const what = thrown.violations.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; ');
    throw service.serviceClass.refusedOutput(service.name, what, thrown);
  };
  try {
    const output = check(payload, NO_TEXTS);
    return isPromise(output) ? output.catch(blame) : output;
  } catch (thrown) {
    return blame(thrown);
  }
}
