import type { IncomingMessage, ServerResponse } from 'node:http';
import { type BusError, type Translator } from '@trunkline/failures';
import { isCorrelationId, newCorrelationId } from '@trunkline/telemetry';
import { readHead } from './head';
import { takeNoMoreFrom } from './last-request';

/** Larger bodies are not worth reading only to keep the connection. */
const LARGEST_UNREAD_BYTES = 65_536;
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
    const cid = idOf(request);
    const { status, headers, parts } = this.#prepare(failure);
    const body = parts.join(cid);
    const all = [...headers, 'x-request-id', cid, 'content-length', String(Buffer.byteLength(body))];
    if (failure.kind === 'unavailable' || isLarge(request)) {
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

function idOf({ rawHeaders }: IncomingMessage): string {
  const { requestId } = readHead(rawHeaders);
  return requestId !== undefined && isCorrelationId(requestId) ? requestId : newCorrelationId();
}

function isLarge({ method, headers }: IncomingMessage): boolean {
  if (method === 'GET' || method === 'HEAD') return false;
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > LARGEST_UNREAD_BYTES;
}
