import type { IncomingMessage, ServerResponse } from 'node:http';
import { type BusError, type Translator } from '@trunkline/failures';
import { isCorrelationId, createCorrelationId } from '@trunkline/telemetry';
import { type RequestHead, parseRequestHead } from '../request/request-head';
import { markForClosing } from '../connections/connection-close';
import { announcesLargeBody } from '../body/unread-body';

/** Stands for the id in an answer that is made once and sent many times. */
const PLACEHOLDER_CID = createCorrelationId();
/** Formats may have the time of the answer in them. */
const MAX_AGE_MS = 1_000;

interface PreparedResponse {
  readonly failure: BusError;
  readonly createdAtMs: number;
  readonly status: number;
  /** Names and values in turn: Node takes an object apart for each answer. */
  readonly headers: readonly string[];
  /** The body, taken apart where the id stands. */
  readonly bodyParts: readonly string[];
}

/**
 * Answers requests that are not let in, before they are routed, in the format of the bus. An answer is translated once a second:
 * refusing has to cost next to nothing when there is most to refuse.
 */
export class EarlyErrorResponder {
  #prepared: PreparedResponse | undefined;

  constructor(private readonly translator: Translator) {}

  /**
   * Nothing of the body is read; a connection with a large one on the way is closed.
   *
   * @param failure - the same object for the same answer
   */
  send(failure: BusError, request: IncomingMessage, response: ServerResponse): void {
    const head = parseRequestHead(request.rawHeaders);
    const cid = resolveHeadCorrelationId(head);
    const { status, headers, bodyParts } = this.#prepare(failure);
    const body = bodyParts.join(cid);
    const all = [...headers, 'x-request-id', cid, 'content-length', String(Buffer.byteLength(body))];
    if (failure.kind === 'unavailable' || announcesLargeBody(head)) {
      all.push('connection', 'close');
      markForClosing(request.socket);
    }
    response.writeHead(status, all).end(body);
  }

  #prepare(failure: BusError): PreparedResponse {
    const nowMs = performance.now();
    const known = this.#prepared;
    if (known?.failure === failure && nowMs - known.createdAtMs < MAX_AGE_MS) return known;
    const { status, headers, body } = this.translator.translate(failure, PLACEHOLDER_CID);
    this.#prepared = {
      failure,
      createdAtMs: nowMs,
      status,
      headers: Object.entries(headers).flat(),
      bodyParts: body.split(PLACEHOLDER_CID),
    };
    return this.#prepared;
  }
}

function resolveHeadCorrelationId({ requestId }: RequestHead): string {
  return requestId !== undefined && isCorrelationId(requestId) ? requestId : createCorrelationId();
}
