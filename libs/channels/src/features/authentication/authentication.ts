import type { Authenticator, Caller, Client } from '@trunkline/security';
import { type BusError, classify, DeadlineExceededError } from '@trunkline/failures';
import { CancelScope, Deadline } from '@trunkline/time';
import type { FastifyRequest } from 'fastify';
import { getDisconnectScopes, type OnRequestStep } from '@trunkline/http-server';

declare module 'fastify' {
  interface FastifyRequest {
    /** The authenticated caller; `undefined` where a channel does not ask for one. Only on the front. */
    caller: Caller | undefined;
    /** Milliseconds that were spent on finding out who is calling: they are part of what the channel may take. Only on the front. */
    authenticationMs: number;
  }
}

/** A channel that requires credentials. */
export interface AuthenticatedChannel {
  readonly name: string;
  readonly timeoutMs: number;
  readonly authenticator: Authenticator;
}

/** Admits those whom the gate of a channel knows, and notes who they are. */
export function createAuthenticationStep(channel: AuthenticatedChannel): OnRequestStep {
  return (request) => {
    const caller = authenticate(request, channel);
    if (caller instanceof Promise) return caller.then((later) => void (request.caller = later));
    request.caller = caller;
    return undefined;
  };
}

/**
 * Finds out who sent a request, within the time that an answer of the channel may take. A promise only where there is something to wait
 * for.
 *
 * @throws {BusError} of the gate; 504 when the time is up
 */
function authenticate(request: FastifyRequest, channel: AuthenticatedChannel): Caller | Promise<Caller> {
  const applicant = new RequestClient(request, channel);
  return applicant.awaitOutcome(channel.authenticator.authenticate(request.raw, applicant));
}

/**
 * As {@link authenticate}, for those who ask several channels about one request: wrong credentials are not counted, and a refusal is a
 * result.
 */
export async function tryAuthenticate(
  request: FastifyRequest,
  channel: AuthenticatedChannel,
): Promise<Caller | BusError> {
  const applicant = new RequestClient(request, channel);
  try {
    return await applicant.awaitOutcome(channel.authenticator.authenticateUncounted(request.raw, applicant));
  } catch (thrown) {
    return classify(thrown);
  }
}

/** The client of a request as its gate sees it. It costs nothing until the gate has to wait. */
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

  /** The outcome, or a rejection when the client has left or its time is up, whatever the outcome waits for. */
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
    const expiry = () => new DeadlineExceededError(`the authentication of ${name}`, timeoutMs);
    return (this.#scope ??= new CancelScope(Deadline.in(timeoutMs), expiry));
  }
}
