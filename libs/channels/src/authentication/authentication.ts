import type { Caller, Client } from '@trunkline/security';
import { type BusError, classify, DeadlineExceededError } from '@trunkline/failures';
import { CancelScope, Deadline } from '@trunkline/time';
import type { FastifyRequest } from 'fastify';
import type { Channel } from '../channel';
import type { GuardStep } from '../guard';
import { workFor } from '../presence';

declare module 'fastify' {
  interface FastifyRequest {
    /** The authenticated caller; `undefined` where a channel does not ask for one. Only on the front. */
    caller: Caller | undefined;
    /** Milliseconds that were spent on finding out who is calling: they are part of what the channel may take. Only on the front. */
    authenticationMs: number;
  }
}

/** Of a channel, what its authentication depends on. */
type Guarded = Pick<Channel, 'name' | 'gate' | 'timeoutMs'>;

/** Admits those whom the gate of a channel knows, and notes who they are. */
export function authentication(channel: Guarded): GuardStep {
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
 * @returns `undefined` where the channel does not ask
 * @throws {BusError} of the gate; 504 when the time is up
 */
function authenticate(request: FastifyRequest, channel: Guarded): Caller | undefined | Promise<Caller | undefined> {
  if (!channel.gate) return undefined;
  const applicant = new Applicant(request, channel);
  return applicant.settled(channel.gate.admit(request.raw, applicant));
}

/**
 * As {@link authenticate}, for those who ask several channels about one request: wrong credentials are not counted, and a refusal is a
 * result.
 */
export async function identify(request: FastifyRequest, channel: Guarded): Promise<Caller | BusError | undefined> {
  if (!channel.gate) return undefined;
  const applicant = new Applicant(request, channel);
  try {
    return await applicant.settled(channel.gate.identify(request.raw, applicant));
  } catch (thrown) {
    return classify(thrown);
  }
}

/** The client of a request as its gate sees it. It costs nothing until the gate has to wait. */
class Applicant implements Client {
  #scope: CancelScope | undefined;

  constructor(
    private readonly request: FastifyRequest,
    private readonly channel: Guarded,
  ) {}

  get ip(): string {
    return this.request.ip ?? '';
  }

  get signal(): AbortSignal {
    return this.#open().signal;
  }

  /** The outcome, or a rejection when the client has left or its time is up, whatever the outcome waits for. */
  settled(outcome: Caller | Promise<Caller>): Caller | Promise<Caller> {
    return outcome instanceof Promise ? this.#settledInTime(outcome) : outcome;
  }

  async #settledInTime(outcome: Promise<Caller>): Promise<Caller> {
    const scope = this.#open();
    const work = workFor(this.request.socket).add(scope);
    try {
      return await new Promise((resolve, reject) => {
        scope.listen(reject);
        outcome.then(resolve, reject);
      });
    } finally {
      this.request.authenticationMs = this.channel.timeoutMs - scope.deadline.remainingMs();
      scope.close();
      work.delete(scope);
    }
  }

  #open(): CancelScope {
    const { name, timeoutMs } = this.channel;
    const expiry = () => new DeadlineExceededError(`the authentication of ${name}`, timeoutMs);
    return (this.#scope ??= new CancelScope(Deadline.in(timeoutMs), expiry));
  }
}
