import { failureOf } from '@trunkline/failures';
import { isPromise } from '@trunkline/service';
import type { IdempotencyState, IdempotencyStore, KeptAnswer } from '@trunkline/store';
import type { Logger } from '@trunkline/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Channel, ChannelRoute } from '../channel';
import type { ChannelHandler, WitnessedHandler } from '../channel-handler';
import type { FailureReply } from '../failure-reply';
import { sendAnswer } from '../reply';
import { AnswerKeeper } from './answer-keeper';
import { idempotencyKeyOf } from './idempotency-key';
import { keptHeaders } from './kept-headers';
import { type ClaimScope, claimOf, createScope } from './request-claim';

/** What the client is told where there is no answer to be given again. */
const REFUSALS = {
  running: 'IDEMPOTENCY_IN_PROGRESS',
  mismatch: 'IDEMPOTENCY_KEY_REUSED',
  unknown: 'IDEMPOTENCY_OUTCOME_UNKNOWN',
} as const;

/** What idempotency needs of the rest of the bus. */
export interface IdempotencyParts {
  /** Name of the bus: several may share a store. */
  readonly bus: string;
  readonly store: IdempotencyStore;
  readonly failures: FailureReply;
  readonly logger: Logger;
}

/** One request with a key. */
interface KeyedRequest {
  readonly request: FastifyRequest<ChannelRoute>;
  readonly reply: FastifyReply;
  readonly scope: ClaimScope;
  readonly work: WitnessedHandler;
}

/**
 * Carries out a request with an `Idempotency-Key` once, and gives its answer to whoever comes with the key again
 * (draft-ietf-httpapi-idempotency-key-header-07).
 *
 * It fails closed: where the store cannot be asked, nothing is carried out. A request that has begun goes on to its end, or to its
 * deadline, when its client leaves: the client is to get its answer when it comes back.
 */
export class Idempotency {
  #running = 0;
  #onSettled: (() => void) | undefined;

  constructor(private readonly parts: IdempotencyParts) {}

  /** The handler of a channel with the step in front of it; the very handler, where the channel does not ask for the step. */
  around(channel: Channel, work: WitnessedHandler): ChannelHandler {
    const { idempotency } = channel;
    if (!idempotency) return work;
    const scope = createScope(this.parts.bus, channel, idempotency);
    return (request, reply) => {
      try {
        const key = idempotencyKeyOf(request.raw.rawHeaders);
        if (key !== undefined) return this.#claim(key, { request, reply, scope, work });
        if (idempotency.isRequired) throw failureOf('IDEMPOTENCY_KEY_REQUIRED');
        work(request, reply);
      } catch (refusal) {
        this.parts.failures.send(refusal, request, reply);
      }
    };
  }

  /** Resolves when no request with a key is being carried out: those whose clients have left are nobody else's concern. */
  settled(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#running === 0) resolve();
      else this.#onSettled = resolve;
    });
  }

  /** Lets go of the store. */
  close(): Promise<void> {
    return this.parts.store.close();
  }

  #claim(key: string, keyed: KeyedRequest): void {
    const { store, failures, logger } = this.parts;
    const { request, reply, work } = keyed;
    const claim = claimOf(request, key, keyed.scope);
    const goOn = (state: IdempotencyState) => {
      if (state.is === 'replay') return this.#replay(state.answer, keyed);
      if (state.is !== 'started') throw failureOf(REFUSALS[state.is]);
      this.#running += 1;
      const onEnd = () => this.#ended();
      work(request, reply, new AnswerKeeper({ store, claim, logger, cid: request.id, reply, onEnd }));
    };
    const state = store.begin(claim);
    if (isPromise(state)) state.then(goOn).catch((refusal: unknown) => failures.send(refusal, request, reply));
    else goOn(state);
  }

  #ended(): void {
    this.#running -= 1;
    if (this.#running === 0) this.#onSettled?.();
  }

  /** @throws {BusError} where only the outcome was kept */
  #replay({ status, headers, body, isWhole }: KeptAnswer, { request, reply, scope }: KeyedRequest): void {
    const { name, representation } = scope.channel;
    if (!isWhole) throw failureOf('IDEMPOTENCY_ANSWER_NOT_KEPT', { data: { answered_with: status } });
    this.parts.logger.debug({ cid: request.id, channel: name, status }, 'an answer was given again');
    const answer = { status, headers: { ...keptHeaders(headers), 'idempotency-replayed': 'true' }, body };
    sendAnswer(request, reply, { answer, representation });
  }
}
