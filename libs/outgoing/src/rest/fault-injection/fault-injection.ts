import { UpstreamError } from '@trunkline/failures';
import type { RestHandler, RestMiddleware } from '../transport/rest-handler';
import type { OutgoingCall } from '../request/outgoing-call';
import type { RestResponse } from '../response/rest-response';
import type { ChaosSettings } from './chaos-section';

/** Whom trouble befalls. */
export interface FaultInjectionOptions {
  /** Name of the outgoing connection. */
  readonly connection: string;
  /** From 0 to 1, 1 excluded. */
  readonly random: () => number;
}

/**
 * Holds up attempts, answers them in the upstream's place or breaks them off, as often as chaos is configured to. To the
 * policies around it that is the upstream's doing.
 */
export function injectFaults(chaos: ChaosSettings, { connection, random }: FaultInjectionOptions): RestMiddleware {
  const { probability, latency: latencyMs = 0, errorRate, status, reset } = chaos;
  const fail = (code: 'UPSTREAM_TIMEOUT' | 'UPSTREAM_PROTOCOL_ERROR') =>
    new UpstreamError(code, `${connection} is made to fail by its chaos setting`, { connection, wasSent: true });

  const meetFate = (attempt: RestHandler, call: OutgoingCall): Promise<RestResponse> => {
    const fate = random();
    if (fate >= errorRate + reset) return attempt(call);
    call.markSent();
    return fate < errorRate
      ? Promise.resolve(createFaultResponse(status))
      : Promise.reject(fail('UPSTREAM_PROTOCOL_ERROR'));
  };
  const meetFateLate = async (attempt: RestHandler, call: OutgoingCall): Promise<RestResponse> => {
    const attemptMs = call.remainingAttemptMs();
    await pause(Math.min(latencyMs, attemptMs), call);
    if (latencyMs < attemptMs) return meetFate(attempt, call);
    call.markSent();
    throw fail('UPSTREAM_TIMEOUT');
  };
  const meet = latencyMs > 0 ? meetFateLate : meetFate;
  return (attempt) => (call) => (random() < probability ? meet(attempt, call) : attempt(call));
}

function createFaultResponse(status: number): RestResponse {
  return { status, ok: false, headers: {}, data: undefined };
}

/** @throws why the call has been given up meanwhile */
function pause(ms: number, { context }: OutgoingCall): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      stopListening();
      resolve();
    }, ms);
    const stopListening = context.scope.onCancel((reason) => {
      clearTimeout(timer);
      reject(reason);
    });
  });
}
