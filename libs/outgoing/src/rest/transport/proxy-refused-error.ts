/** A proxy answered that it does not open a tunnel. */
export class ProxyRefusedError extends Error {
  readonly code = 'PROXY_REFUSED';

  /** @param status - what it answered with */
  constructor(readonly status: number) {
    super(`the proxy opens no tunnel: status ${status}`);
  }
}
