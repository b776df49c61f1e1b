import { BusError } from './bus-error';

/** Nobody waits for the answer any more: the client left, or the work it belonged to has ended. Logged as 499, never sent. */
export class CancelledError extends BusError {
  constructor(message = 'the client closed the connection', options?: ErrorOptions) {
    super(message, { kind: 'cancelled', ...options });
  }
}
