import { BusError, type BusErrorOptions } from './bus-error';

/** The resource is not in the version that the client demands: 412 `PRECONDITION_FAILED`. Nothing was changed. */
export class PreconditionFailedError extends BusError {
  /** @param data - facts for the client, added to the members of the response */
  constructor(
    title = 'Precondition failed',
    data: Readonly<Record<string, unknown>> = {},
    options: BusErrorOptions = {},
  ) {
    super(title, { code: 'PRECONDITION_FAILED', kind: 'conflict', status: 412, data, ...options });
  }
}
