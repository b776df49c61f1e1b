import { BusError, InternalError, type UpstreamCode, UpstreamError } from '@trunkline/failures';
import { UnreadableBodyError } from '../response/unreadable-body-error';
import { ConnectTimeoutError } from './connect-timeout-error';
import { ProxyRefusedError } from './proxy-refused-error';

/** Where and when something went wrong. */
export interface TransportErrorContext {
  /** Name of the outgoing connection. */
  readonly connection: string;
  /** Had the request begun to be written? */
  readonly wasSent: boolean;
}

const NAME_NOT_RESOLVED = /^(?:ENOTFOUND|EAI_\w+|ENODATA|ESERVFAIL|EFORMERR|EREFUSED|EBADNAME|EBADRESP)$/;
/** OpenSSL's verdicts on certificates (Node, "X509 certificate error codes") and Node's own on handshakes. */
const TLS_FAILED =
  /^(?:EPROTO|ERR_(?:SSL|TLS|OSSL)_\w+|(?:CERT|CRL|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED|ERROR_IN|INVALID|PATH_LENGTH|HOSTNAME)_\w+)$/;
const OPENSSL_CODE = /^(?:EPROTO|ERR_(?:SSL|OSSL)_\w+)$/;
const INVALID_REQUEST = /^UND_ERR_(?:INVALID_ARG|NOT_SUPPORTED|REQ_CONTENT_LENGTH_MISMATCH)$/;
/** More than `maxResponse` once decompressed, or headers of more than `maxHeader`. */
const TOO_LARGE = /^(?:ERR_BUFFER_TOO_LARGE|UND_ERR_HEADERS_OVERFLOW)$/;
const CLOSED = /^UND_ERR_(?:CLOSED|DESTROYED)$/;

const MESSAGES = {
  UPSTREAM_DNS_FAILED: 'has no address',
  UPSTREAM_UNREACHABLE: 'cannot be reached',
  UPSTREAM_TLS_FAILED: 'cannot be trusted',
  UPSTREAM_AUTH_FAILED: 'has a proxy before it that refuses our credentials',
  UPSTREAM_TIMEOUT: 'took too long',
  UPSTREAM_PROTOCOL_ERROR: 'broke off',
  UPSTREAM_INVALID_RESPONSE: 'gave an unreadable answer',
  UPSTREAM_RESPONSE_TOO_LARGE: 'gave too large an answer',
} as const satisfies Partial<Record<UpstreamCode, string>>;
type TransportErrorCode = keyof typeof MESSAGES;

/**
 * The failure that an error of the network, of Node or of undici amounts to: the one place that knows what those look like.
 * A failure stays what it is.
 *
 * Of the error, its code and message are kept. HTTP parsers put on theirs what they have read, and axios the whole request,
 * credentials included.
 */
export function mapTransportError(error: unknown, { connection, wasSent }: TransportErrorContext): BusError {
  if (error instanceof BusError) return error;
  const cause = createSafeCause(error);
  if (INVALID_REQUEST.test(cause.code))
    return new InternalError(`${connection} was to be sent what is no request`, { cause });
  if (CLOSED.test(cause.code)) return new BusError(`${connection} has been closed`, { code: 'SHUTTING_DOWN', cause });
  const code =
    findCodeAtAnyTime(cause.code) ??
    (wasSent ? findCodeAfterSending(error, cause.code) : findCodeBeforeSending(error, cause.code));
  return new UpstreamError(code, `${connection} ${MESSAGES[code]}`, { connection, wasSent, cause });
}

/** TLS 1.3 tells a client that it is not trusted after the handshake, in answer to its first bytes. */
function findCodeAtAnyTime(code: string): TransportErrorCode | undefined {
  if (code === 'ETIMEDOUT') return 'UPSTREAM_TIMEOUT';
  return TLS_FAILED.test(code) ? 'UPSTREAM_TLS_FAILED' : undefined;
}

function findCodeBeforeSending(error: unknown, code: string): TransportErrorCode {
  if (error instanceof ConnectTimeoutError) return 'UPSTREAM_TIMEOUT';
  if (error instanceof ProxyRefusedError && error.status === 407) return 'UPSTREAM_AUTH_FAILED';
  return NAME_NOT_RESOLVED.test(code) ? 'UPSTREAM_DNS_FAILED' : 'UPSTREAM_UNREACHABLE';
}

function findCodeAfterSending(error: unknown, code: string): TransportErrorCode {
  if (error instanceof UnreadableBodyError) return 'UPSTREAM_INVALID_RESPONSE';
  return TOO_LARGE.test(code) ? 'UPSTREAM_RESPONSE_TOO_LARGE' : 'UPSTREAM_PROTOCOL_ERROR';
}

function createSafeCause(error: unknown): Error & { readonly code: string } {
  const message = extractMessage(error);
  // A stack would only lead here.
  return Object.assign(new Error(message), { code: readText(error, 'code') ?? 'UNKNOWN', stack: `Error: ${message}` });
}

/**
 * A host with several addresses fails with one error for each of them, and with no message of its own. OpenSSL wraps the name of an
 * alert (`tlsv13 alert certificate required`) in addresses and file names.
 */
function extractMessage(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(extractMessage).join('; ');
  const reason = readText(error, 'reason');
  if (reason !== undefined && OPENSSL_CODE.test(readText(error, 'code') ?? '')) return reason;
  return readText(error, 'message') ?? 'a value was thrown that is not an Error';
}

/** By shape and not by class: errors may come from another realm. */
function readText(error: unknown, property: 'code' | 'message' | 'reason'): string | undefined {
  const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, property) : undefined;
  return typeof value === 'string' ? value : undefined;
}
