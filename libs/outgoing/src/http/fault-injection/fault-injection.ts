import { UpstreamError } from '@trunkline/failures';
import type { HttpHandler, HttpMiddleware } from '../transport/http-handler';
import type { OutgoingCall } from '../request/outgoing-call';
import type { HttpResponse } from '../response/http-response';
import type { ChaosSettings } from './chaos-section';

/** What faults need of a connection. */
export interface FaultInjectionOptions {
  /** Name of the outgoing connection. */
  readonly connection: string;
  /** From 0 to 1, 1 excluded. */
  readonly random: () => number;
}

/**
 * Delays attempts, responds in place of the upstream or makes them fail, as often as `chaos` is configured to. The policies treat these
 * faults as faults of the upstream.
 */
export function injectFaults(chaos: ChaosSettings, { connection, random }: FaultInjectionOptions): HttpMiddleware {
  const { probability, latency: latencyMs = 0, errorRate, status, reset } = chaos;
  const fail = (code: 'UPSTREAM_TIMEOUT' | 'UPSTREAM_PROTOCOL_ERROR') =>
    new UpstreamError(code, `${connection} fails because of its chaos setting`, { connection, wasSent: true });

  const injectFault = (attempt: HttpHandler, call: OutgoingCall): Promise<HttpResponse> => {
    const draw = random();
    if (draw >= errorRate + reset) return attempt(call);
    call.markSent();
    return draw < errorRate
      ? Promise.resolve(createFaultResponse(status))
      : Promise.reject(fail('UPSTREAM_PROTOCOL_ERROR'));
  };
  const injectLate = async (attempt: HttpHandler, call: OutgoingCall): Promise<HttpResponse> => {
    const attemptMs = call.remainingAttemptMs();
    await pause(Math.min(latencyMs, attemptMs), call);
    if (latencyMs < attemptMs) return injectFault(attempt, call);
    call.markSent();
    throw fail('UPSTREAM_TIMEOUT');
  };
  const inject = latencyMs > 0 ? injectLate : injectFault;
  return (attempt) => (call) => (random() < probability ? inject(attempt, call) : attempt(call));
}

function createFaultResponse(status: number): HttpResponse {
  return { status, ok: false, headers: {}, data: undefined };
}

/** Rejects with the reason when the call is cancelled meanwhile. */
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
