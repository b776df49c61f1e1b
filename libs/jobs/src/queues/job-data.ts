import { z } from 'zod';
import { flowRecord } from '../flows/flow-record';

/** What the store keeps of an attempt that has failed. */
export const attemptRecord = z.object({
  attempt: z.number(),
  replay: z.number().default(0),
  at: z.string(),
  code: z.string(),
  message: z.string(),
});

/** See {@link attemptRecord}. */
export type AttemptRecord = z.infer<typeof attemptRecord>;

/** What the store keeps of a job besides what BullMQ keeps: everything that an attempt needs, on whichever host. */
export const jobData = z.object({
  service: z.string(),
  input: z.unknown().optional(),
  /** Members of the input that came as text and may be converted. */
  texts: z.array(z.string()).optional(),
  cid: z.string(),
  /** The trace that the job belongs to (W3C Trace Context). */
  trace: z.object({ traceparent: z.string(), tracestate: z.string().optional() }).optional(),
  /** Who may ask for it. */
  owner: z.string().optional(),
  /** Who was calling the channel that it all began with; of the claims of a token, those that the configuration names. */
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
  /** Of the last job of a durable composite, whose input is what the composite got. */
  flow: flowRecord.optional(),
  /** Branches of it that had not begun when it failed, and were dropped: what they were to do. */
  dropped: z.array(z.object({ id: z.string(), data: z.unknown() })).default([]),
  /** Of a branch of a durable composite: its result is needed. */
  isBranch: z.boolean().optional(),
  /** Of a branch that is retried under another id: the id that it had first. The keys of its effects are made of it. */
  firstId: z.string().optional(),
  /** Attempts that a host which ended has given back. */
  returned: z.number().default(0),
  /** Since when, in epoch milliseconds, hosts have given back this attempt, having no such service. */
  unknown: z.object({ attempt: z.number(), sinceMs: z.number() }).optional(),
  /** How often it has been taken from the dead letters. */
  replays: z.number().default(0),
  /** Attempts that failed before it was taken from the dead letters the last time: not every store keeps them. */
  earlier: z.array(attemptRecord).default([]),
});

/** See {@link jobData}. */
export type JobData = z.infer<typeof jobData>;
