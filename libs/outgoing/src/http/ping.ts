import { BusError } from '@trunkline/failures';
import { createStatusFailure } from './response/status-failure';
import type { Clock } from '@trunkline/time';
import { createOnHoldError } from './outcome/rejection-errors';
import type { OutgoingCall } from './request/outgoing-call';
import type { PingReport } from '../ping-report';
import type { HttpHandler } from './transport/http-handler';

/** How a connection is pinged. */
export interface PingOptions {
  /** Name of the outgoing connection. */
  readonly connection: string;
  readonly send: HttpHandler;
  readonly clock: Clock;
}

/** Creates the report of a connection on hold, which is not pinged. */
export function reportHold(connection: string, remainingMs: number): PingReport {
  const { code, retryAfter } = createOnHoldError(connection, remainingMs);
  return { connection, state: 'down', code, ...(retryAfter !== undefined && { retryAfter }) };
}

/**
 * Pings an upstream once. Any status but success is `down`: a 401 shows wrong credentials, a 404 a wrong path.
 */
export async function ping({ connection, send, clock }: PingOptions, call: OutgoingCall): Promise<PingReport> {
  const startedAtMs = clock.nowMs();
  const measureMs = () => Math.round(clock.nowMs() - startedAtMs);
  try {
    const response = await send(call);
    const { status, ok } = response;
    if (ok) return { connection, state: 'up', status, ms: measureMs() };
    return { connection, state: 'down', status, ms: measureMs(), code: createStatusFailure(connection, response).code };
  } catch (thrown) {
    if (!(thrown instanceof BusError)) throw thrown;
    return { connection, state: 'down', ms: measureMs(), code: thrown.code };
  }
}
