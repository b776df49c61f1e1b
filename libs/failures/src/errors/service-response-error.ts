import { BusError } from './bus-error';
import { getTitleForStatus } from '../catalogue/default-codes';

/**
 * A service returned with `response.statusCode` of 400 or more: a failure with a response of the service.
 * Over HTTP the client gets status, headers and payload unchanged; without a payload, a problem with that status.
 */
export class ServiceResponseError extends BusError {
  /** @throws {RangeError} when `status` is not 400 to 599 */
  constructor(
    readonly service: string,
    status: number,
    readonly payload: unknown,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(`${service} responded with status ${status}`, {
      kind: 'domain',
      status,
      headers,
      title: getTitleForStatus(status),
    });
  }
}
