import { type Header, isHeaderValue } from '@trunkline/security';

const TRACEPARENT = /^(?!ff)[\da-f]{2}-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}(?:-.*)?$/;
const NONE: readonly Header[] = [];

/** Headers of an inbound request: names in lower case. */
export type InboundHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Propagates the trace of an inbound request unchanged (W3C Trace Context, §3.2). */
export function propagateTraceContext(inbound: InboundHeaders | undefined): readonly Header[] {
  const parent = inbound?.['traceparent'];
  if (typeof parent !== 'string' || !TRACEPARENT.test(parent)) return NONE;
  const state = String(inbound?.['tracestate'] ?? '');
  return state === '' || !isHeaderValue(state)
    ? [['traceparent', parent]]
    : [
        ['traceparent', parent],
        ['tracestate', state],
      ];
}
