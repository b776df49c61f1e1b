import { UpstreamError } from '@trunkline/failures';
import { Deadline } from '@trunkline/time';
import type { Attempt, AttemptStep } from '../attempt/attempt';
import type { OutgoingCall } from '../request/outgoing-call';
import type { RestResponse } from '../response/rest-response';
import type { AccessTokens } from './access-tokens';

/**
 * Sends each attempt with the access token of the connection. After a 401 it is sent once more with a new token: what was not
 * authorized was not done, whatever its method. All of that is one attempt, in the time of one.
 */
export function authorizedBy(tokens: AccessTokens, connection: string): AttemptStep {
  return (attempt) => async (call) => {
    const deadline = Deadline.in(call.attemptMs());
    const token = tokens.present() ?? (await untilEnd(tokens.get(), { call, deadline, connection }));
    const response = await send(attempt, { call, deadline, token });
    if (response.status !== 401) return response;
    const replacement = await untilEnd(tokens.replacing(token), { call, deadline, connection });
    return replacement === undefined ? response : send(attempt, { call, deadline, token: replacement });
  };
}

interface Sending {
  readonly call: OutgoingCall;
  readonly deadline: Deadline;
  readonly token: string;
}

function send(attempt: Attempt, { call, deadline, token }: Sending): Promise<RestResponse> {
  return attempt(call.withHeader(['authorization', `Bearer ${token}`], deadline.remainingMs()));
}

interface Waiting {
  readonly call: OutgoingCall;
  readonly deadline: Deadline;
  readonly connection: string;
}

/** A token that is asked for belongs to all who wait for it: each of them waits for as long as its own call may. */
function untilEnd<T>(work: Promise<T>, { call, deadline, connection }: Waiting): Promise<T> {
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
