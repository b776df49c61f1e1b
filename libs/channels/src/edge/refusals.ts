import type { IncomingMessage, ServerResponse } from 'node:http';
import { type BusError, type Translator } from '@trunkline/failures';
import { isCorrelationId, newCorrelationId } from '@trunkline/telemetry';
import { type Head, readHead } from './head';
import { takeNoMoreFrom } from './last-request';
import { announcesLargeBody } from './unread-body';

/** Stands for the id in an answer that is made once and sent many times. */
const ANY_CID = newCorrelationId();
/** Formats may have the time of the answer in them. */
const FRESH_MS = 1_000;

interface Prepared {
  readonly failure: BusError;
  readonly madeAtMs: number;
  readonly status: number;
  /** Names and values in turn: Node takes an object apart for each answer. */
  readonly headers: readonly string[];
  /** The body, taken apart where the id stands. */
  readonly parts: readonly string[];
}

/**
 * Answers requests that are not let in, before they are routed, in the format of the bus. An answer is translated once a second:
 * refusing has to cost next to nothing when there is most to refuse.
 */
export class Refusals {
  #prepared: Prepared | undefined;

  constructor(private readonly translator: Translator) {}

  /**
   * Nothing of the body is read; a connection with a large one on the way is closed.
   *
   * @param failure - the same object for the same answer
   */
  send(failure: BusError, request: IncomingMessage, response: ServerResponse): void {
    const head = readHead(request.rawHeaders);
    const cid = idOf(head);
    const { status, headers, parts } = this.#prepare(failure);
    const body = parts.join(cid);
    const all = [...headers, 'x-request-id', cid, 'content-length', String(Buffer.byteLength(body))];
    if (failure.kind === 'unavailable' || announcesLargeBody(head)) {
      all.push('connection', 'close');
      takeNoMoreFrom(request.socket);
    }
    response.writeHead(status, all).end(body);
  }

  #prepare(failure: BusError): Prepared {
    const nowMs = performance.now();
    const known = this.#prepared;
    if (known?.failure === failure && nowMs - known.madeAtMs < FRESH_MS) return known;
    const { status, headers, body } = this.translator.translate(failure, ANY_CID);
    this.#prepared = {
      failure,
      madeAtMs: nowMs,
      status,
      headers: Object.entries(headers).flat(),
      parts: body.split(ANY_CID),
    };
    return this.#prepared;
  }
}

function idOf({ requestId }: Head): string {
  return requestId !== undefined && isCorrelationId(requestId) ? requestId : newCorrelationId();
}
