import { BusError } from '@trunkline/failures';
import { createStatusFailure } from './adapter/status-failure';
import type { Clock } from '@trunkline/time';
import { createOnHoldError } from './outcome/rejection-errors';
import type { OutgoingCall } from './request/outgoing-call';
import type { RestHandler } from './transport/rest-handler';

/**
 * How an upstream is.
 *
 * - `up`: it answered its ping with a status of success
 * - `down`: it answered with another status or not at all, or has asked not to be asked
 * - `unknown`: its connection has no ping
 */
export interface PingReport {
  /** Name of the outgoing connection. */
  readonly connection: string;
  readonly state: 'up' | 'down' | 'unknown';
  /** What it answered with, if it did. */
  readonly status?: number;
  /** Milliseconds that it took, from connect to last byte. */
  readonly ms?: number;
  /** Why it is down: the code that an adapter would have failed with. */
  readonly code?: string;
  /** Seconds for which it has asked to be left alone. */
  readonly retryAfter?: number;
}

/** How a connection is pinged. */
export interface PingOptions {
  /** Name of the outgoing connection. */
  readonly connection: string;
  readonly send: RestHandler;
  readonly clock: Clock;
}

/** What is known of an upstream that has asked to be left alone: it is not asked. */
export function reportHold(connection: string, remainingMs: number): PingReport {
  const { code, retryAfter } = createOnHoldError(connection, remainingMs);
  return { connection, state: 'down', code, ...(retryAfter !== undefined && { retryAfter }) };
}

/**
 * Asks an upstream how it is, once. A ping is configured to be answered with success: a 401 tells of bad credentials, a 404 of
 * a wrong path, and both had better be seen.
 */
export async function ping({ connection, send, clock }: PingOptions, call: OutgoingCall): Promise<PingReport> {
  const startedAtMs = clock.nowMs();
  const took = () => Math.round(clock.nowMs() - startedAtMs);
  try {
    const response = await send(call);
    const { status, ok } = response;
    if (ok) return { connection, state: 'up', status, ms: took() };
    return { connection, state: 'down', status, ms: took(), code: createStatusFailure(connection, response).code };
  } catch (thrown) {
    if (!(thrown instanceof BusError)) throw thrown;
    return { connection, state: 'down', ms: took(), code: thrown.code };
  }
}
