import { UpstreamError } from '@trunkline/failures';
import { Deadline } from '@trunkline/time';
import type { AttemptHandler, AttemptMiddleware } from '../../policies/attempt-middleware';
import type { OutgoingCall } from '../request/outgoing-call';
import type { RestResponse } from '../response/rest-response';
import type { AccessTokenCache } from './access-token-cache';

/**
 * Sends each attempt with the access token of the connection. After a 401 it is sent once more with a new token: what was not
 * authorized was not done, whatever its method. All of that is one attempt, in the time of one.
 */
export function authorizeAttempts(tokens: AccessTokenCache, connection: string): AttemptMiddleware {
  return (attempt) => async (call) => {
    const deadline = Deadline.in(call.remainingAttemptMs());
    const token = tokens.getCached() ?? (await waitForToken(tokens.get(), { call, deadline, connection }));
    const response = await sendWithToken(attempt, { call, deadline, token });
    if (response.status !== 401) return response;
    const replacement = await waitForToken(tokens.replace(token), { call, deadline, connection });
    return replacement === undefined ? response : sendWithToken(attempt, { call, deadline, token: replacement });
  };
}

interface AuthorizedSend {
  readonly call: OutgoingCall;
  readonly deadline: Deadline;
  readonly token: string;
}

function sendWithToken(attempt: AttemptHandler, { call, deadline, token }: AuthorizedSend): Promise<RestResponse> {
  return attempt(call.withHeader(['authorization', `Bearer ${token}`], deadline.remainingMs()));
}

interface TokenWait {
  readonly call: OutgoingCall;
  readonly deadline: Deadline;
  readonly connection: string;
}

/** A token that is asked for belongs to all who wait for it: each of them waits for as long as its own call may. */
function waitForToken<T>(work: Promise<T>, { call, deadline, connection }: TokenWait): Promise<T> {
  return new Promise((resolve, reject) => {
    const ms = deadline.remainingMs();
    const runOut = () =>
      reject(
        new UpstreamError('UPSTREAM_TIMEOUT', `${connection} got no access token in time`, {
          connection,
          wasSent: false,
        }),
      );
    const timer = setTimeout(runOut, ms);
    const stopListening = call.context.scope.onCancel(reject);
    const end = () => {
      clearTimeout(timer);
      stopListening();
    };
    work.then(resolve, reject).finally(end);
  });
}
