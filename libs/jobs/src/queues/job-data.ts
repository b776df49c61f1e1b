import { z } from 'zod';
import { flowRecord } from '../flows/flow-record';

/** Stored record of a failed attempt. */
export const attemptRecord = z.object({
  attempt: z.number(),
  replay: z.number().default(0),
  at: z.string(),
  code: z.string(),
  message: z.string(),
});

/** See {@link attemptRecord}. */
export type AttemptRecord = z.infer<typeof attemptRecord>;

/** Data of a job in the store: everything that an attempt needs, on any host. */
export const jobData = z.object({
  service: z.string(),
  input: z.unknown().optional(),
  /** Names of the input's members that arrived as text and may be converted. */
  texts: z.array(z.string()).optional(),
  cid: z.string(),
  /** Trace context of the submitter (W3C Trace Context). */
  trace: z.object({ traceparent: z.string(), tracestate: z.string().optional() }).optional(),
  /** Identifies the client that may read the job. */
  owner: z.string().optional(),
  /** The caller of the channel at the root of the invocations; of its claims, those that the configuration names. */
  caller: z
    .object({
      name: z.string(),
      scopes: z.array(z.string()),
      definition: z.string(),
      isClient: z.boolean().optional(),
      claims: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
  attempts: z.number(),
  backoff: z.object({ initialMs: z.number(), maxMs: z.number() }),
  timeoutMs: z.number(),
  topic: z.string().optional(),
  schedule: z.string().optional(),
  /** The branches of a durable composite, in the job that waits for them. */
  flow: flowRecord.optional(),
  /** Branches that were removed before they started, because the composite had failed: their ids and data. */
  dropped: z.array(z.object({ id: z.string(), data: z.unknown() })).default([]),
  /** The job is a branch of a durable composite, which needs its result. */
  isBranch: z.boolean().optional(),
  /** First id of a branch that was replayed under another id. Its idempotency keys are derived from it. */
  firstId: z.string().optional(),
  /** Number of attempts that were released and do not count. */
  returned: z.number().default(0),
  /**
   * When, in epoch milliseconds, a host first released this attempt because it does not have the service, and how often with a
   * short delay since the last long one.
   */
  unknown: z.object({ attempt: z.number(), sinceMs: z.number(), handovers: z.number().default(0) }).optional(),
  /** How often the dead letter was retried. */
  replays: z.number().default(0),
  /** Failed attempts before the last retry of the dead letter, since not every store keeps them. */
  earlier: z.array(attemptRecord).default([]),
});

/** See {@link jobData}. */
export type JobData = z.infer<typeof jobData>;
