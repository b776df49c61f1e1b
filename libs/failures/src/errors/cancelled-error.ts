import { BusError } from './bus-error';

/** The response is no longer needed: the client disconnected, or the surrounding work has ended. Logged as 499, never sent. */
export class CancelledError extends BusError {
  constructor(message = 'the client closed the connection', options?: ErrorOptions) {
    super(message, { kind: 'cancelled', ...options });
  }
}
