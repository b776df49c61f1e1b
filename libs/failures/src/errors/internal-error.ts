import { BusError } from './bus-error';

/** An unexpected error: 500 `INTERNAL_ERROR`. Message and cause appear in the log only. */
export class InternalError extends BusError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, { kind: 'internal', ...options });
  }
}
