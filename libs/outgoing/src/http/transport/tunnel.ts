import { request } from 'node:http';
import { isIPv6, type Socket } from 'node:net';
import type { ProxySettings } from '@trunkline/config';
import { ProxyRefusedError } from './proxy-refused-error';

/** The target of a tunnel. */
export interface TunnelTarget {
  readonly host: string;
  readonly port: string;
}

/** Receives the outcome, once. */
export type TunnelCallback = (failure: Error | undefined) => void;

/**
 * Requests a tunnel (CONNECT, RFC 9110 §9.3.6) over an open socket to a proxy. Afterwards, the socket leads to the target.
 */
export function openTunnel(socket: Socket, proxy: ProxySettings, target: TunnelTarget, done: TunnelCallback): void {
  const { authorization } = proxy;
  const authority = `${isIPv6(target.host) ? `[${target.host}]` : target.host}:${target.port}`;
  const connect = request({
    method: 'CONNECT',
    path: authority,
    headers: {
      host: authority,
      'user-agent': 'trunkline',
      ...(authorization !== undefined && { 'proxy-authorization': authorization }),
    },
    createConnection: () => socket,
  });
  connect.once('error', done).once('connect', ({ statusCode = 0 }, _socket, early: Buffer) => {
    connect.off('error', done);
    if (statusCode < 200 || statusCode > 299) return done(new ProxyRefusedError(statusCode));
    // Clients send first, in TLS as in HTTP: early bytes would be taken for the response to the next request.
    done(early.length > 0 ? new Error('the target of the tunnel sent data before a request') : undefined);
  });
  connect.end();
}
