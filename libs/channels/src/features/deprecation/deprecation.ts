import type { OnRequestStep } from '@trunkline/http-server';

/** That a channel is on its way out. */
export interface Deprecation {
  /** When it was, or will be, deprecated; epoch milliseconds. */
  readonly sinceMs: number;
  /** When it will stop to answer; epoch milliseconds. */
  readonly sunsetMs: number | undefined;
  /** Where it is written what to use instead. */
  readonly link: string | undefined;
}

/** Tells whoever calls a channel that it goes: `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and `Link` on every answer. */
export function createDeprecationStep({ sinceMs, sunsetMs, link }: Deprecation): OnRequestStep {
  const headers = {
    deprecation: `@${Math.floor(sinceMs / 1_000)}`,
    ...(sunsetMs !== undefined && { sunset: new Date(sunsetMs).toUTCString() }),
    ...(link !== undefined && { link: `<${link}>; rel="deprecation"` }),
  };
  return (request) => {
    request.responseHeaders = { ...request.responseHeaders, ...headers };
  };
}
