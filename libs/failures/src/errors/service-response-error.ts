import { BusError } from './bus-error';
import { getTitleForStatus } from '../catalogue/default-codes';

/**
 * A service set `response.statusCode` to 400 or more and returned: it has failed, and says so in its own words.
 * Over HTTP the client gets status, headers and payload as they are; without a payload, a problem of that status.
 */
export class ServiceResponseError extends BusError {
  /** @throws {RangeError} when `status` is not one of an error */
  constructor(
    readonly service: string,
    status: number,
    readonly payload: unknown,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(`${service} answered with status ${status}`, {
      kind: 'domain',
      status,
      headers,
      title: getTitleForStatus(status),
    });
  }
}
