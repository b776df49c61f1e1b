import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { BusError, Translator } from '@trunkline/failures';
import { createCorrelationId } from '@trunkline/telemetry';
import { isStillSending } from '../body/unread-body';
import { markForClosing } from '../connections/connection-close';
import { startLingeringClose } from '../connections/lingering-close';
import { runAfterResponses } from '../connections/pending-response';
import { resolveCorrelationId } from '../request/correlation-id';
import { parseRequestHead } from '../request/request-head';
import { isLastResponse } from './last-response';

/** Replaced by the correlation id of each request. */
const CID_PLACEHOLDER = createCorrelationId();
/** Some error formats contain the time of the response. */
const TEMPLATE_TTL_MS = 1_000;

/** A translated failure, in which the correlation id is missing. */
interface ErrorTemplate {
  readonly failure: BusError;
  readonly createdAtMs: number;
  readonly status: number;
  /** Names and values alternating, as Node writes them without a copy; without `connection`. */
  readonly headers: readonly string[];
  /** The body, split where the correlation id belongs. */
  readonly bodyParts: readonly string[];
  /** Whether the connection closes after it, whatever the request. */
  readonly isLast: boolean;
}

/** An error response as it is written. */
interface ErrorMessage {
  readonly status: number;
  /** Names and values alternating. */
  readonly headers: string[];
  readonly body: string;
}

/**
 * Responds to requests that are rejected before routing, in the error format of the bus. A failure is translated at most once a second, to
 * keep rejections cheap under overload.
 */
export class EarlyErrorResponder {
  #template: ErrorTemplate | undefined;

  /** @param fixedHeaders - headers of every response to a socket, names and values alternating */
  constructor(
    private readonly translator: Translator,
    private readonly fixedHeaders: readonly string[],
  ) {}

  /**
   * Sends an error response. The body of the request is not read; the connection closes if a large one is still being sent.
   *
   * @param failure - one object for equal responses, so that its translation is reused
   */
  send(failure: BusError, request: IncomingMessage, response: ServerResponse): void {
    const head = parseRequestHead(request.rawHeaders);
    const template = this.#findTemplate(failure);
    const isLast = template.isLast || isStillSending(request, head);
    if (isLast) markForClosing(request.socket);
    const { status, headers, body } = createMessage(template, resolveCorrelationId(head.requestId), isLast);
    response.writeHead(status, headers).end(body);
  }

  /**
   * Writes an error response to a connection on which Node has no response object for the request: after the responses to earlier
   * requests, and as the last one.
   *
   * @param request - `undefined` if it could not be parsed
   */
  sendToSocket(failure: BusError, socket: Socket, request?: IncomingMessage): void {
    runAfterResponses(socket, () => {
      if (!socket.writable) return;
      const cid = resolveCorrelationId(request?.headers['x-request-id']);
      const { status, headers, body } = createMessage(this.#createTemplate(failure), cid, true);
      socket.write(formatMessage({ status, headers: [...headers, ...this.fixedHeaders], body }));
      startLingeringClose(socket);
    });
  }

  #findTemplate(failure: BusError): ErrorTemplate {
    const known = this.#template;
    if (known?.failure === failure && performance.now() - known.createdAtMs < TEMPLATE_TTL_MS) return known;
    return (this.#template = this.#createTemplate(failure));
  }

  #createTemplate(failure: BusError): ErrorTemplate {
    const { status, headers, body } = this.translator.translate(failure, CID_PLACEHOLDER);
    return {
      failure,
      createdAtMs: performance.now(),
      status,
      headers: Object.entries(headers).flatMap((field) => (field[0] === 'connection' ? [] : field)),
      bodyParts: body.split(CID_PLACEHOLDER),
      isLast: isLastResponse(failure),
    };
  }
}

function createMessage({ status, headers, bodyParts }: ErrorTemplate, cid: string, isLast: boolean): ErrorMessage {
  const body = bodyParts.join(cid);
  const all = [...headers, 'x-request-id', cid, 'content-length', String(Buffer.byteLength(body))];
  if (isLast) all.push('connection', 'close');
  return { status, headers: all, body };
}

function formatMessage({ status, headers, body }: ErrorMessage): string {
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`];
  for (let index = 0; index < headers.length; index += 2) lines.push(`${headers[index]}: ${headers[index + 1]}`);
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}
