import { createFailure } from '@trunkline/failures';
import { isPromise } from '@trunkline/service';
import type { IdempotencyClaim, IdempotencyState, IdempotencyStore, StoredResponse } from '@trunkline/store';
import type { Logger } from '@trunkline/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Channel } from '../../http/channel';
import { type ErrorResponder, type RouteGeneric, writeResponse } from '@trunkline/http-server';
import type { RequestHandler } from '../../http/request-handler';
import { IdempotencyRecorder } from './idempotency-recorder';
import { findIdempotencyKey } from './idempotency-key';
import type { IdempotencySettings } from './idempotency-options';
import { selectReplayableHeaders } from './replayable-headers';
import { isTemporaryRejection } from './temporary-rejection';
import { createClaim, createClaimScope, createDeliveryClaim } from './request-claim';

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
  readonly claim: IdempotencyClaim;
  readonly channel: Channel;
  readonly handler: RequestHandler;
  /** Whether the request is a delivery of a webhook. */
  readonly isDelivery: boolean;
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
        if (key !== undefined) {
          const claim = createClaim(request, key, scope);
          return this.#execute({ request, reply, claim, channel, handler, isDelivery: false });
        }
        if (settings.isRequired) throw createFailure('IDEMPOTENCY_KEY_REQUIRED');
        handler(request, reply);
      } catch (failure) {
        this.options.errorResponder.send(failure, request, reply);
      }
    };
  }

  /**
   * Wraps the handler of a channel whose requests are deliveries with ids: a delivery that was handled with success is not handled again.
   *
   * Senders repeat a delivery until it succeeds. A failure therefore releases the id; and a delivery whose outcome was lost, since the bus
   * crashed, is handled again rather than never.
   *
   * @param findId - returns `undefined` for a delivery without an id, which is always handled
   * @param keepMs - for how long an id is kept
   */
  wrapDeliveries(
    handler: RequestHandler,
    channel: Channel,
    { findId, keepMs }: { readonly findId: (request: FastifyRequest) => string | undefined; readonly keepMs: number },
  ): RequestHandler {
    return (request, reply) => {
      try {
        const id = findId(request);
        if (id === undefined) return handler(request, reply);
        const claim = createDeliveryClaim(id, { bus: this.options.bus, channel, keepMs });
        this.#execute({ request, reply, claim, channel, handler, isDelivery: true });
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

  #execute(keyed: KeyedRequest): void {
    const { store, errorResponder, logger } = this.options;
    const { request, reply, handler, claim, isDelivery } = keyed;
    const proceed = (state: IdempotencyState) => {
      if (state.status === 'replay') return this.#replay(state.response, keyed);
      if (state.status === 'unknown' && isDelivery) return handler(request, reply);
      if (state.status !== 'started') throw createFailure(ERROR_CODES[state.status]);
      this.#running += 1;
      const onEnd = () => this.#onRequestEnd();
      const options = { store, claim, logger, cid: request.id, reply, onEnd };
      handler(request, reply, new IdempotencyRecorder(isDelivery ? { ...options, records: 'successes' } : options));
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
  #replay({ status, headers, body, isComplete }: StoredResponse, { request, reply, channel }: KeyedRequest): void {
    const { name, representation } = channel;
    if (isTemporaryRejection(status)) throw createFailure('IDEMPOTENCY_OUTCOME_UNKNOWN');
    if (!isComplete) throw createFailure('IDEMPOTENCY_ANSWER_NOT_KEPT', { data: { answered_with: status } });
    this.options.logger.debug({ cid: request.id, channel: name, status }, 'response replayed');
    const response = { status, headers: { ...selectReplayableHeaders(headers), 'idempotency-replayed': 'true' }, body };
    writeResponse(request, reply, { response, representation });
  }
}
