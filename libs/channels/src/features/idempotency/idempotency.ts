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
import type { IdempotencySettings } from './idempotency-options';
import { selectReplayableHeaders } from './replayable-headers';
import { isTemporaryRejection } from './temporary-rejection';
import { type ClaimScope, createClaim, createClaimScope } from './request-claim';

/** The failure of each state in which a request is not executed and no response is replayed. */
const ERROR_CODES = {
  running: 'IDEMPOTENCY_IN_PROGRESS',
  mismatch: 'IDEMPOTENCY_KEY_REUSED',
  unknown: 'IDEMPOTENCY_OUTCOME_UNKNOWN',
} as const;

/** The parts of the bus that idempotency uses. */
export interface IdempotencyOptions {
  /** Name of the bus: several buses may share a store. */
  readonly bus: string;
  readonly store: IdempotencyStore;
  readonly errorResponder: ErrorResponder;
  readonly logger: Logger;
}

/** A request with a key, and the handler that executes it. */
interface KeyedRequest {
  readonly request: FastifyRequest<RouteGeneric>;
  readonly reply: FastifyReply;
  readonly scope: ClaimScope;
  readonly handler: RequestHandler;
}

/**
 * Executes a request with an `Idempotency-Key` once, and replays its response to further requests with the key
 * (draft-ietf-httpapi-idempotency-key-header-07).
 *
 * It fails closed: a request is not executed while the store is unavailable. An executed request continues to its end, or to its
 * deadline, when its client disconnects, so that the client can get the response later.
 */
export class Idempotency {
  #running = 0;
  #onSettled: (() => void) | undefined;

  constructor(private readonly options: IdempotencyOptions) {}

  /** Wraps the handler of a channel. */
  wrap(handler: RequestHandler, channel: Channel, settings: IdempotencySettings): RequestHandler {
    const scope = createClaimScope(this.options.bus, channel, settings);
    return (request, reply) => {
      try {
        const key = findIdempotencyKey(request.raw.rawHeaders);
        if (key !== undefined) return this.#claim(key, { request, reply, scope, handler });
        if (settings.isRequired) throw createFailure('IDEMPOTENCY_KEY_REQUIRED');
        handler(request, reply);
      } catch (failure) {
        this.options.errorResponder.send(failure, request, reply);
      }
    };
  }

  /** Resolves when no request with a key is executed any more, those of disconnected clients included. */
  waitUntilSettled(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#running === 0) resolve();
      else this.#onSettled = resolve;
    });
  }

  /** Closes the store. */
  close(): Promise<void> {
    return this.options.store.close();
  }

  #claim(key: string, keyed: KeyedRequest): void {
    const { store, errorResponder, logger } = this.options;
    const { request, reply, handler } = keyed;
    const claim = createClaim(request, key, keyed.scope);
    const proceed = (state: IdempotencyState) => {
      if (state.status === 'replay') return this.#replay(state.response, keyed);
      if (state.status !== 'started') throw createFailure(ERROR_CODES[state.status]);
      this.#running += 1;
      const onEnd = () => this.#onRequestEnd();
      handler(request, reply, new IdempotencyRecorder({ store, claim, logger, cid: request.id, reply, onEnd }));
    };
    const state = store.begin(claim);
    if (isPromise(state)) state.then(proceed).catch((failure: unknown) => errorResponder.send(failure, request, reply));
    else proceed(state);
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
    this.options.logger.debug({ cid: request.id, channel: name, status }, 'response replayed');
    const response = { status, headers: { ...selectReplayableHeaders(headers), 'idempotency-replayed': 'true' }, body };
    writeResponse(request, reply, { response, representation });
  }
}
