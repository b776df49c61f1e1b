import { BusError } from '@trunkline/failures';
import { createStatusFailure } from './adapter/status-failure';
import type { AttemptHandler } from '../policies/attempt-middleware';
import { createOnHoldError } from '../policies/rejection-errors';
import type { StandaloneCall } from './axios/standalone-call';

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

/** What is known of an upstream that has asked to be left alone: it is not asked. */
export function reportHold(connection: string, remainingMs: number): PingReport {
  const { code, retryAfter } = createOnHoldError(connection, remainingMs);
  return { connection, state: 'down', code, ...(retryAfter !== undefined && { retryAfter }) };
}

/**
 * Asks an upstream how it is, once. A ping is configured to be answered with success: a 401 tells of bad credentials, a 404 of
 * a wrong path, and both had better be seen.
 */
export async function ping(connection: string, attempt: AttemptHandler, call: StandaloneCall): Promise<PingReport> {
  const startedMs = performance.now();
  const took = () => Math.round(performance.now() - startedMs);
  try {
    const response = await attempt(call);
    const { status, ok } = response;
    if (ok) return { connection, state: 'up', status, ms: took() };
    return { connection, state: 'down', status, ms: took(), code: createStatusFailure(connection, response).code };
  } catch (thrown) {
    if (!(thrown instanceof BusError)) throw thrown;
    return { connection, state: 'down', ms: took(), code: thrown.code };
  } finally {
    call.close();
  }
}
