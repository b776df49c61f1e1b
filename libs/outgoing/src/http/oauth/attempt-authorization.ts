import { UpstreamError } from '@trunkline/failures';
import type { OutgoingCall } from '../request/outgoing-call';
import type { HttpMiddleware } from '../transport/http-handler';
import type { AccessTokenCache } from './access-token-cache';

/**
 * Sends each attempt with the access token of the connection. After a 401 the request is sent once more with a new token: an
 * unauthorized request was not executed, whatever its method. Both requests are one attempt, within one time limit.
 */
export function authorizeAttempts(tokens: AccessTokenCache, connection: string): HttpMiddleware {
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

/** Waits for a token that several calls share: each one waits within its own time limit. */
function waitForToken<T>(work: Promise<T>, call: OutgoingCall, connection: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timeOut = () =>
      reject(
        new UpstreamError('UPSTREAM_TIMEOUT', `no access token for ${connection} in time`, {
          connection,
          wasSent: false,
        }),
      );
    const timer = setTimeout(timeOut, call.remainingAttemptMs());
    const stopListening = call.onCancel(reject);
    const stopWaiting = () => {
      clearTimeout(timer);
      stopListening();
    };
    work.then(resolve, reject).finally(stopWaiting);
  });
}
