import { createFailure } from '@trunkline/failures';
import { isPromise } from '@trunkline/service';
import type { IdempotencyState, IdempotencyStore, StoredResponse } from '@trunkline/store';
import type { Logger } from '@trunkline/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Channel } from '../../rest/channel';
import { type ErrorResponder, type RouteGeneric, writeResponse } from '@trunkline/http-server';
import type { RequestHandler } from '../../rest/request-handler';
import { IdempotencyRecorder } from './idempotency-recorder';
import { findIdempotencyKey } from './idempotency-key';
import type { IdempotencySettings } from './idempotency-section';
import { selectReplayableHeaders } from './replayable-headers';
import { isTemporaryRejection } from './temporary-rejection';
import { type ClaimScope, createClaim, createClaimScope } from './request-claim';

/** What the client is told where there is no answer to be given again. */
const ERROR_CODES = {
  running: 'IDEMPOTENCY_IN_PROGRESS',
  mismatch: 'IDEMPOTENCY_KEY_REUSED',
  unknown: 'IDEMPOTENCY_OUTCOME_UNKNOWN',
} as const;

/** What idempotency needs of the rest of the bus. */
export interface IdempotencyOptions {
  /** Name of the bus: several may share a store. */
  readonly bus: string;
  readonly store: IdempotencyStore;
  readonly errorResponder: ErrorResponder;
  readonly logger: Logger;
}

/** One request with a key. */
interface KeyedRequest {
  readonly request: FastifyRequest<RouteGeneric>;
  readonly reply: FastifyReply;
  readonly scope: ClaimScope;
  readonly handler: RequestHandler;
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

  constructor(private readonly parts: IdempotencyOptions) {}

  /** The handler of a channel with the step in front of it. */
  wrap(handler: RequestHandler, channel: Channel, settings: IdempotencySettings): RequestHandler {
    const scope = createClaimScope(this.parts.bus, channel, settings);
    return (request, reply) => {
      try {
        const key = findIdempotencyKey(request.raw.rawHeaders);
        if (key !== undefined) return this.#claim(key, { request, reply, scope, handler });
        if (settings.isRequired) throw createFailure('IDEMPOTENCY_KEY_REQUIRED');
        handler(request, reply);
      } catch (refusal) {
        this.parts.errorResponder.send(refusal, request, reply);
      }
    };
  }

  /** Resolves when no request with a key is being carried out: those whose clients have left are nobody else's concern. */
  waitUntilSettled(): Promise<void> {
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
    const { store, errorResponder, logger } = this.parts;
    const { request, reply, handler } = keyed;
    const claim = createClaim(request, key, keyed.scope);
    const goOn = (state: IdempotencyState) => {
      if (state.is === 'replay') return this.#replay(state.response, keyed);
      if (state.is !== 'started') throw createFailure(ERROR_CODES[state.is]);
      this.#running += 1;
      const onEnd = () => this.#onRequestEnd();
      handler(request, reply, new IdempotencyRecorder({ store, claim, logger, cid: request.id, reply, onEnd }));
    };
    const state = store.begin(claim);
    if (isPromise(state)) state.then(goOn).catch((refusal: unknown) => errorResponder.send(refusal, request, reply));
    else goOn(state);
  }

  #onRequestEnd(): void {
    this.#running -= 1;
    if (this.#running === 0) this.#onSettled?.();
  }

  /** @throws {BusError} where the outcome is not known, or the response was not kept */
  #replay({ status, headers, body, isComplete }: StoredResponse, { request, reply, scope }: KeyedRequest): void {
    const { name, representation } = scope.channel;
    if (isTemporaryRejection(status)) throw createFailure('IDEMPOTENCY_OUTCOME_UNKNOWN');
    if (!isComplete) throw createFailure('IDEMPOTENCY_ANSWER_NOT_KEPT', { data: { answered_with: status } });
    this.parts.logger.debug({ cid: request.id, channel: name, status }, 'an answer was given again');
    const response = { status, headers: { ...selectReplayableHeaders(headers), 'idempotency-replayed': 'true' }, body };
    writeResponse(request, reply, { response, representation });
  }
}
