import { ServiceResponseError, ValidationFailedError } from '@trunkline/failures';
import type { RegisteredService } from './registered-service';
import { type ShapeValidator, NO_COERCIBLE_MEMBERS } from '../validation/shape-validator';
import { isItemStream, mapItems } from './item-stream';
import { isPromise } from './promises';
import type { ServiceResponse } from './service-response';

/**
 * Determines the payload of an invocation whose `handle()` has returned. The declared output of an async iterable is that of its items.
 *
 * @throws {ServiceResponseError} when the service set a status of 400 or more
 * @throws {InternalError} when its output does not fit its declaration
 */
export function resolveOutput(
  service: RegisteredService,
  response: ServiceResponse | undefined,
  returned: unknown,
): unknown {
  const payload = returned === undefined ? response?.payload : returned;
  if (response && response.statusCode >= 400) {
    throw new ServiceResponseError(service.name, response.statusCode, payload, response.headers);
  }
  if (!service.validateOutput || payload === undefined) return payload;
  const validate = service.validateOutput;
  if (isItemStream(payload)) return mapItems(payload, (item) => validateOutput(service, validate, item));
  return validateOutput(service, validate, payload);
}

/** Blames the service for an invalid output, not its caller. */
function validateOutput(service: RegisteredService, validate: ShapeValidator, payload: unknown): unknown {
  const blame = (thrown: unknown): never => {
    if (!(thrown instanceof ValidationFailedError)) throw thrown;
    const what = thrown.violations.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; ');
    throw service.serviceClass.createOutputError(service.name, what, thrown);
  };
  try {
    const output = validate(payload, NO_COERCIBLE_MEMBERS);
    return isPromise(output) ? output.catch(blame) : output;
  } catch (thrown) {
    return blame(thrown);
  }
}
