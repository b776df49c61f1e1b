/** A proxy rejected the request for a tunnel. */
export class ProxyRefusedError extends Error {
  readonly code = 'PROXY_REFUSED';

  /** @param status - status of its response */
  constructor(readonly status: number) {
    super(`the proxy rejected the tunnel: status ${status}`);
  }
}
