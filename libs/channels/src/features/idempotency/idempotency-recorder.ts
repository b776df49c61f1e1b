import { Readable } from 'node:stream';
import type { ErrorResponse } from '@trunkline/failures';
import { SideEffects, isPromise } from '@trunkline/service';
import type { IdempotencyClaim, IdempotencyStore, StoredResponse } from '@trunkline/store';
import type { Logger } from '@trunkline/telemetry';
import type { FastifyReply } from 'fastify';
import type { ResponseObserver } from '../../rest/request-context';
import type { SerializedResponse } from '@trunkline/http-server';
import { selectReplayableHeaders } from './replayable-headers';

/** A larger answer is not kept: of its request, only the outcome is. */
const MAX_RECORDED_BYTES = 1_048_576;
/** Statuses that say that the request has not been dealt with, and is welcome later. */
const RETRYABLE_STATUSES: ReadonlySet<number> = new Set([429, 503]);

/** Who keeps the answer to one request, and where. */
export interface IdempotencyRecorderOptions {
  readonly store: IdempotencyStore;
  readonly claim: IdempotencyClaim;
  readonly logger: Logger;
  readonly cid: string;
  readonly reply: FastifyReply;
  /** Called once it has been sent, or nobody is there to get it. */
  readonly onEnd: () => void;
}

/**
 * Records the answer to a request that carries an `Idempotency-Key`, before the client gets it.
 *
 * Every answer given after `handle()` began is recorded: also a failure, since nobody but the service knows what it had done by
 * then. The key is freed where it is certain that nothing was done, nor will be, so that the client may try again with it:
 *
 * - `handle()` never began: the input was refused, or a guard of the application refused
 * - the request failed, something was to be sent to another system, and nothing was: it could not be reached, its breaker was
 *   open, its bulkhead full
 * - the service answered 429 or 503, and had sent nothing: it says itself that it has not dealt with the request
 *
 * A `handle()` that still runs, because its deadline has passed or another of several calls has failed, may do anything yet: then
 * the failure is recorded.
 *
 * Any other error that a service throws without having called anybody is recorded. If it is a verdict (409, 422), it would be the
 * same again; if it is a bug, the service may have written to a database of its own before. A new key gets a new try.
 */
export class IdempotencyRecorder implements ResponseObserver {
  readonly sideEffects = new SideEffects();

  constructor(private readonly parts: IdempotencyRecorderOptions) {}

  onResponse(answer: SerializedResponse, send: () => void): void {
    this.#record(toStoredResponse(answer), send, answer);
  }

  onError(answer: ErrorResponse, send: () => void): void {
    const { hadNoEffect, isPending, wasSent } = this.sideEffects;
    const mayComeBack = RETRYABLE_STATUSES.has(answer.status) && !isPending && !wasSent;
    if (hadNoEffect || mayComeBack) this.#recordThenSend(() => this.#releaseKey(), send);
    else this.#record(toStoredResponse(answer), send);
  }

  onFilterReply(status: number): void {
    const { store, claim } = this.parts;
    const outcome = { status, headers: {}, body: undefined, isComplete: false };
    this.#recordThenSend(
      () => (this.sideEffects.hadNoEffect ? store.release(claim) : store.finish(claim, outcome)),
      () => undefined,
    );
  }

  #record(answer: StoredResponse, send: () => void, { body }: Partial<SerializedResponse> = {}): void {
    const { store, claim, reply } = this.parts;
    this.#recordThenSend(
      () => store.finish(claim, answer),
      () => {
        if (!reply.raw.destroyed) send();
        else if (body instanceof Readable) body.destroy();
      },
    );
  }

  #releaseKey(): void | Promise<void> {
    return this.parts.store.release(this.parts.claim);
  }

  /** The answer is sent whether it could be recorded or not: what was done, was done. */
  #recordThenSend(record: () => void | Promise<void>, send: () => void): void {
    try {
      const recording = record();
      if (!isPromise(recording)) return this.#finish(send);
      recording.then(
        () => this.#finish(send),
        (thrown: unknown) => {
          this.#logRecordingFailure(thrown);
          this.#finish(send);
        },
      );
    } catch (thrown) {
      this.#logRecordingFailure(thrown);
      this.#finish(send);
    }
  }

  /** What throws here has been made to be sent without throwing: there is no other answer left to be given. */
  #finish(send: () => void): void {
    const { onEnd, logger, cid, reply } = this.parts;
    onEnd();
    try {
      send();
    } catch (err) {
      logger.error({ cid, err }, 'an answer could not be sent');
      reply.raw.destroy();
    }
  }

  /** Until its lease has passed, others with the key are told that it is running; then, that nobody knows. */
  #logRecordingFailure(err: unknown): void {
    this.parts.logger.error(
      { cid: this.parts.cid, err },
      'the outcome of a request with an Idempotency-Key was not recorded',
    );
  }
}

function toStoredResponse({
  status,
  headers,
  body,
}: Pick<SerializedResponse, 'status' | 'headers' | 'body'>): StoredResponse {
  if (body instanceof Readable || (body !== undefined && Buffer.byteLength(body) > MAX_RECORDED_BYTES)) {
    return { status, headers: {}, body: undefined, isComplete: false };
  }
  // Bytes are the service's, which may go on to write to them.
  return {
    status,
    headers: selectReplayableHeaders(headers),
    body: body instanceof Uint8Array ? Buffer.from(body) : body,
    isComplete: true,
  };
}
