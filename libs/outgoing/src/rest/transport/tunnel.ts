import { request } from 'node:http';
import { isIPv6, type Socket } from 'node:net';
import type { ProxySettings } from './proxy-section';
import { ProxyRefusedError } from './proxy-refused-error';

/** Where a tunnel leads. */
export interface TunnelTarget {
  readonly host: string;
  readonly port: string;
}

/** Told how it went, once. */
export type TunnelCallback = (failure: Error | undefined) => void;

/**
 * Asks a proxy for a tunnel (CONNECT, RFC 9110 §9.3.6), over a socket that is open to it. Afterwards, what is written to the
 * socket arrives at the other end.
 */
export function openTunnel(socket: Socket, proxy: ProxySettings, end: TunnelTarget, done: TunnelCallback): void {
  const { authorization } = proxy;
  const authority = `${isIPv6(end.host) ? `[${end.host}]` : end.host}:${end.port}`;
  const asked = request({
    method: 'CONNECT',
    path: authority,
    headers: {
      host: authority,
      'user-agent': 'trunkline',
      ...(authorization !== undefined && { 'proxy-authorization': authorization }),
    },
    createConnection: () => socket,
  });
  asked.once('error', done).once('connect', ({ statusCode = 0 }, _socket, early: Buffer) => {
    asked.off('error', done);
    if (statusCode < 200 || statusCode > 299) return done(new ProxyRefusedError(statusCode));
    // Clients speak first, in TLS as in HTTP: it would be taken for the answer to a request that is yet to come.
    done(early.length > 0 ? new Error('the other end of the tunnel spoke before it was asked') : undefined);
  });
  asked.end();
}
