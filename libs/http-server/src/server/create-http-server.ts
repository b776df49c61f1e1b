import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { formatCiphers, type ListenerTls } from './listener-tls';

/**
 * Creates a Node HTTP or HTTPS server. The TLS handshake accepts clients without a valid certificate: authentication rejects them later, in
 * the error format of the bus.
 *
 * @param tls - default: plain HTTP
 */
export function createHttpServer(
  options: ServerOptions,
  serve: RequestListener,
  tls: ListenerTls | undefined,
): Server | TlsServer {
  if (!tls) return createServer(options, serve);
  const { cert, key, ca, requestCert, minVersion } = tls;
  const handshake = { requestCert, rejectUnauthorized: false, handshakeTimeout: options.headersTimeout };
  const offered = { minVersion, ciphers: formatCiphers(tls) };
  return createTlsServer({ ...options, ...handshake, ...offered, cert, key, ...(ca !== undefined && { ca }) }, serve);
}
