import type { PipelineCall } from '../pipeline/pipeline-call';
import type { Policy, PolicyContext } from '../policy/policy';
import { Bulkhead, type BulkheadOptions } from './bulkhead';
import type { BulkheadEvent } from './bulkhead-event';
import { BulkheadGate } from './bulkhead-gate';

/** Its part of the options of a pipeline. */
export interface BulkheadPolicyOptions {
  readonly bulkhead: BulkheadOptions | undefined;
}

// A long queue before a slow upstream only adds latency: it holds one full load, briefly.
const defaults = { bulkhead: { concurrent: 64, queue: 64, queueTimeoutMs: 500 } };

/** Bounds concurrent attempts. */
export const bulkhead = {
  defaults,
  createStep: <Call extends PipelineCall, Result>(
    { bulkhead: options }: BulkheadPolicyOptions,
    { environment, kind }: PolicyContext<Call, Result, BulkheadEvent>,
  ) => options && new BulkheadGate<Call, Result>(new Bulkhead(options, environment), kind.rejections),
} satisfies Policy<BulkheadPolicyOptions, BulkheadEvent>;
