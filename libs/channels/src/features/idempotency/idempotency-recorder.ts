import { Readable } from 'node:stream';
import type { ErrorResponse } from '@trunkline/failures';
import { SideEffects, isPromise } from '@trunkline/service';
import type { IdempotencyClaim, IdempotencyStore, StoredResponse } from '@trunkline/store';
import type { Logger } from '@trunkline/telemetry';
import type { FastifyReply } from 'fastify';
import type { ResponseObserver } from '../../http/request-context';
import type { SerializedResponse } from '@trunkline/http-server';
import { isTemporaryRejection } from './temporary-rejection';
import { selectReplayableHeaders } from './replayable-headers';

/** The body of a larger response is not kept. */
const MAX_RECORDED_BYTES = 1_048_576;

/** What the recorder of one request works with. */
export interface IdempotencyRecorderOptions {
  readonly store: IdempotencyStore;
  readonly claim: IdempotencyClaim;
  readonly logger: Logger;
  readonly cid: string;
  readonly reply: FastifyReply;
  /** Default: those of the rules below. `successes`: a failure of any kind releases the key. */
  readonly records?: 'successes';
  /** Called once the response has been recorded, or could not be. */
  readonly onEnd: () => void;
}

/**
 * Records the response to a request with an `Idempotency-Key` before the client gets it.
 *
 * Every response after the start of `handle()` is recorded, failures included: only the service knows what it had done by then. The
 * key is released where the request certainly had no effect and will have none, so that the client can repeat it with the same key:
 *
 * - `handle()` did not start: the input was invalid, or a guard of the application rejected the request
 * - the request failed, it was to send something to another system, and nothing was sent: the system was unreachable, its circuit
 *   breaker open, its bulkhead full
 * - the service responded 412, 429 or 503 without having sent anything: it states itself that it did not do the work. After a 412 the
 *   client demands another version
 *
 * A `handle()` that still runs, because its deadline has passed or another of several calls has failed, may yet have an effect: the
 * failure is recorded.
 *
 * Any other error of a service that called no other system is recorded. A 409 or 422 would be the same again; after a bug, the service
 * may have written to its own database.
 */
export class IdempotencyRecorder implements ResponseObserver {
  readonly sideEffects = new SideEffects();

  constructor(private readonly options: IdempotencyRecorderOptions) {}

  onResponse(response: SerializedResponse, send: () => void): void {
    if (this.#isUndone(response.status)) this.#release(send, response);
    else this.#record(toStoredResponse(response), send, response);
  }

  onError(response: ErrorResponse, send: () => void): void {
    if (this.sideEffects.hadNoEffect || this.#isUndone(response.status)) this.#release(send);
    else this.#record(toStoredResponse(response), send);
  }

  onFilterReply(status: number): void {
    const outcome = { status, headers: {}, body: undefined, isComplete: false };
    if (this.sideEffects.hadNoEffect || this.#isUndone(status)) this.#release(() => undefined);
    else this.#record(outcome, () => undefined);
  }

  /** Whether the request may be executed again with its key. */
  #isUndone(status: number): boolean {
    return this.options.records === 'successes' ? status >= 300 : this.#isStatedUndone(status);
  }

  /** Whether the status denies that the work was done, and nothing contradicts it. */
  #isStatedUndone(status: number): boolean {
    const { isPending, wasSent } = this.sideEffects;
    return (status === 412 || isTemporaryRejection(status)) && !isPending && !wasSent;
  }

  #record(outcome: StoredResponse, send: () => void, response?: SerializedResponse): void {
    const { store, claim } = this.options;
    this.#settleThenSend(() => store.finish(claim, outcome), send, response);
  }

  #release(send: () => void, response?: SerializedResponse): void {
    const { store, claim } = this.options;
    this.#settleThenSend(() => store.release(claim), send, response);
  }

  /** Sends the response even if the store failed: the work is done. */
  #settleThenSend(settle: () => void | Promise<void>, send: () => void, response?: SerializedResponse): void {
    const finish = () => this.#finish(send, response);
    const logAndFinish = (thrown: unknown) => {
      this.#logStoreFailure(thrown);
      finish();
    };
    try {
      const settling = settle();
      if (isPromise(settling)) settling.then(finish, logAndFinish);
      else finish();
    } catch (thrown) {
      logAndFinish(thrown);
    }
  }

  /** The response was created without an error, so an error here leaves no other response to send. */
  #finish(send: () => void, response?: SerializedResponse): void {
    const { onEnd, logger, cid, reply } = this.options;
    onEnd();
    try {
      if (!reply.raw.destroyed) send();
      else if (response?.body instanceof Readable) response.body.destroy();
    } catch (err) {
      logger.error({ cid, err }, 'the response to a request with an Idempotency-Key could not be sent');
      reply.raw.destroy();
    }
  }

  /** Until the lease ends, the key gets `IDEMPOTENCY_IN_PROGRESS`; then `IDEMPOTENCY_OUTCOME_UNKNOWN`. */
  #logStoreFailure(err: unknown): void {
    this.options.logger.error(
      { cid: this.options.cid, err },
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
  // The service may go on to write to its bytes.
  return {
    status,
    headers: selectReplayableHeaders(headers),
    body: body instanceof Uint8Array ? Buffer.from(body) : body,
    isComplete: true,
  };
}
