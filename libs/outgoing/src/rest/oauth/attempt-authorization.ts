import { UpstreamError } from '@trunkline/failures';
import type { OutgoingCall } from '../request/outgoing-call';
import type { RestMiddleware } from '../transport/rest-handler';
import type { AccessTokenCache } from './access-token-cache';

/**
 * Sends each attempt with the access token of the connection. After a 401 it is sent once more with a new token: what was not
 * authorized was not done, whatever its method. All of that is one attempt, in the time of one.
 */
export function authorizeAttempts(tokens: AccessTokenCache, connection: string): RestMiddleware {
  return (send) => async (call) => {
    const token = tokens.getCached() ?? (await waitForToken(tokens.get(), call, connection));
    const response = await send(addToken(call, token));
    if (response.status !== 401) return response;
    const replacement = await waitForToken(tokens.replace(token), call, connection);
    return replacement === undefined ? response : send(addToken(call, replacement));
  };
}

function addToken(call: OutgoingCall, token: string): OutgoingCall {
  return call.withHeader(['authorization', `Bearer ${token}`]);
}

/** A token that is asked for belongs to all who wait for it: each of them waits for as long as its own call may. */
function waitForToken<T>(work: Promise<T>, call: OutgoingCall, connection: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const runOut = () =>
      reject(
        new UpstreamError('UPSTREAM_TIMEOUT', `${connection} got no access token in time`, {
          connection,
          wasSent: false,
        }),
      );
    const timer = setTimeout(runOut, call.remainingAttemptMs());
    const stopListening = call.onCancel(reject);
    const end = () => {
      clearTimeout(timer);
      stopListening();
    };
    work.then(resolve, reject).finally(end);
  });
}
