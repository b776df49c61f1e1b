import type { Authenticator, Caller, Client } from '@trunkline/security';
import { type BusError, classify, DeadlineExceededError } from '@trunkline/failures';
import { CancelScope, Deadline } from '@trunkline/time';
import type { FastifyRequest } from 'fastify';
import { getDisconnectScopes, type OnRequestStep } from '@trunkline/http-server';

declare module 'fastify' {
  interface FastifyRequest {
    /** The authenticated caller; `undefined` on a channel without security. Only for channels. */
    caller: Caller | undefined;
    /** Milliseconds that authentication took: they count towards the timeout of the channel. Only for channels. */
    authenticationMs: number;
  }
}

/** A channel that requires credentials. */
export interface AuthenticatedChannel {
  readonly name: string;
  readonly timeoutMs: number;
  readonly authenticator: Authenticator;
}

/** Creates the step that authenticates the caller of a request and sets `request.caller`. */
export function createAuthenticationStep(channel: AuthenticatedChannel): OnRequestStep {
  return (request) => {
    const caller = authenticate(request, channel);
    if (caller instanceof Promise) return caller.then((awaited) => void (request.caller = awaited));
    request.caller = caller;
    return undefined;
  };
}

/**
 * Authenticates the caller of a request within the timeout of the channel.
 *
 * @returns a promise only if the authenticator has to wait
 * @throws {BusError} of the authenticator; 504 when the timeout has passed
 */
function authenticate(request: FastifyRequest, channel: AuthenticatedChannel): Caller | Promise<Caller> {
  const client = new RequestClient(request, channel);
  return client.awaitOutcome(channel.authenticator.authenticate(request.raw, client));
}

/**
 * Authenticates a request that belongs to no channel against the security of one. Wrong credentials are not counted, and a rejection is
 * a result.
 */
export async function tryAuthenticate(
  request: FastifyRequest,
  channel: AuthenticatedChannel,
): Promise<Caller | BusError> {
  const client = new RequestClient(request, channel);
  try {
    return await client.awaitOutcome(channel.authenticator.authenticateUncounted(request.raw, client));
  } catch (thrown) {
    return classify(thrown);
  }
}

/** The client of a request as authenticators see it. Its scope is opened when the authenticator has to wait. */
class RequestClient implements Client {
  #scope: CancelScope | undefined;

  constructor(
    private readonly request: FastifyRequest,
    private readonly channel: AuthenticatedChannel,
  ) {}

  get ip(): string {
    return this.request.ip ?? '';
  }

  get signal(): AbortSignal {
    return this.#openScope().signal;
  }

  /** Returns the outcome, or rejects when the client has disconnected or the timeout has passed. */
  awaitOutcome(outcome: Caller | Promise<Caller>): Caller | Promise<Caller> {
    return outcome instanceof Promise ? this.#awaitWithinDeadline(outcome) : outcome;
  }

  async #awaitWithinDeadline(outcome: Promise<Caller>): Promise<Caller> {
    const scope = this.#openScope();
    const work = getDisconnectScopes(this.request.socket).add(scope);
    try {
      return await new Promise((resolve, reject) => {
        scope.addListener(reject);
        outcome.then(resolve, reject);
      });
    } finally {
      this.request.authenticationMs = this.channel.timeoutMs - scope.deadline.remainingMs();
      scope.close();
      work.delete(scope);
    }
  }

  #openScope(): CancelScope {
    const { name, timeoutMs } = this.channel;
    const createError = () => new DeadlineExceededError(`the authentication of ${name}`, timeoutMs);
    return (this.#scope ??= new CancelScope(Deadline.in(timeoutMs), createError));
  }
}
