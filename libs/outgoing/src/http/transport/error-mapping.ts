import { BusError, InternalError, type UpstreamCode, UpstreamError } from '@trunkline/failures';
import { UnreadableBodyError } from '../response/unreadable-body-error';
import { ConnectTimeoutError } from './connect-timeout-error';
import { ProxyRefusedError } from './proxy-refused-error';

/** The context of a transport error. */
export interface TransportErrorContext {
  /** Name of the outgoing connection. */
  readonly connection: string;
  /** Whether the request had started to be written. */
  readonly wasSent: boolean;
}

const NAME_NOT_RESOLVED = /^(?:ENOTFOUND|EAI_\w+|ENODATA|ESERVFAIL|EFORMERR|EREFUSED|EBADNAME|EBADRESP)$/;
/** Codes of OpenSSL about certificates (Node, "X509 certificate error codes") and of Node about handshakes. */
const TLS_FAILED =
  /^(?:EPROTO|ERR_(?:SSL|TLS|OSSL)_\w+|(?:CERT|CRL|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED|ERROR_IN|INVALID|PATH_LENGTH|HOSTNAME)_\w+)$/;
const OPENSSL_CODE = /^(?:EPROTO|ERR_(?:SSL|OSSL)_\w+)$/;
const INVALID_REQUEST = /^UND_ERR_(?:INVALID_ARG|NOT_SUPPORTED|REQ_CONTENT_LENGTH_MISMATCH)$/;
/** More than `maxResponse` once decompressed, or headers of more than `maxHeader`. */
const TOO_LARGE = /^(?:ERR_BUFFER_TOO_LARGE|UND_ERR_HEADERS_OVERFLOW)$/;
const CLOSED = /^UND_ERR_(?:CLOSED|DESTROYED)$/;

const MESSAGES = {
  UPSTREAM_DNS_FAILED: 'has a host name without an address',
  UPSTREAM_UNREACHABLE: 'cannot be reached',
  UPSTREAM_TLS_FAILED: 'failed the TLS handshake',
  UPSTREAM_AUTH_FAILED: 'is behind a proxy that rejects the credentials of the bus',
  UPSTREAM_TIMEOUT: 'timed out',
  UPSTREAM_PROTOCOL_ERROR: 'closed the connection or sent invalid HTTP',
  UPSTREAM_INVALID_RESPONSE: 'sent an unreadable response',
  UPSTREAM_RESPONSE_TOO_LARGE: 'sent too large a response',
} as const satisfies Partial<Record<UpstreamCode, string>>;
type TransportErrorCode = keyof typeof MESSAGES;

/**
 * Maps an error of the network, of Node or of undici to a failure. No other place knows those errors. A failure stays as it is.
 *
 * Only the code and the message of the error are kept: errors of HTTP parsers contain what was received, and those of axios the whole
 * request, credentials included.
 */
export function mapTransportError(error: unknown, { connection, wasSent }: TransportErrorContext): BusError {
  if (error instanceof BusError) return error;
  const cause = createSafeCause(error);
  if (INVALID_REQUEST.test(cause.code)) return new InternalError(`the request to ${connection} is invalid`, { cause });
  if (CLOSED.test(cause.code))
    return new BusError(`the connection ${connection} is closed`, { code: 'SHUTTING_DOWN', cause });
  const code =
    findCodeAtAnyTime(cause.code) ??
    (wasSent ? findCodeAfterSending(error, cause.code) : findCodeBeforeSending(error, cause.code));
  return new UpstreamError(code, `${connection} ${MESSAGES[code]}`, { connection, wasSent, cause });
}

/** In TLS 1.3, a server rejects a client certificate after the handshake, in response to the first bytes. */
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
  // The stack would only point here.
  return Object.assign(new Error(message), { code: readText(error, 'code') ?? 'UNKNOWN', stack: `Error: ${message}` });
}

/**
 * Extracts the message of an error. A host with several addresses fails with one error for each of them, and without its own message.
 * OpenSSL wraps the name of an alert (`tlsv13 alert certificate required`) in addresses and file names.
 */
function extractMessage(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(extractMessage).join('; ');
  const reason = readText(error, 'reason');
  if (reason !== undefined && OPENSSL_CODE.test(readText(error, 'code') ?? '')) return reason;
  return readText(error, 'message') ?? 'the thrown value is not an Error';
}

/** Reads a property by shape and not by class: errors may come from another realm. */
function readText(error: unknown, property: 'code' | 'message' | 'reason'): string | undefined {
  const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, property) : undefined;
  return typeof value === 'string' ? value : undefined;
}
