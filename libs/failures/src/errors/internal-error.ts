import { BusError } from './bus-error';

/** Something that should not have happened: 500 `INTERNAL_ERROR`. Message and cause are for the log alone. */
export class InternalError extends BusError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, { kind: 'internal', ...options });
  }
}
