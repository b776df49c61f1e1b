import { z } from 'zod';

const value = z
  .strictObject({ value: z.unknown().describe('Result of the adapter instead of a failure; null is a value, too') })
  .describe('The status is a result');

const failure = z
  .strictObject({
    status: z.int().min(400).max(599).optional().describe('Status for the client. Default: that of the upstream'),
    code: z
      .string()
      .regex(/^[A-Z][A-Z0-9_]*$/, { error: 'expected a code such as ORDER_REJECTED' })
      .optional()
      .describe('Code for the client. Default: that of the status'),
    title: z.string().min(1).optional().describe('Title for the client. Default: that of the status'),
  })
  .describe('The status is a failure for the client');

/** Rules of adapters for statuses of an upstream. */
export const onStatus = z
  .record(
    z.string().regex(/^[45]\d\d$/, { error: 'expected a status from 400 to 599' }),
    z.union([value, failure]).describe('Result or failure of adapters for the status'),
  )
  .describe('Results or failures of adapters for statuses of the upstream, in place of the default failures');

/** Rule of an adapter for one status: a value to return, or a failure. */
export type StatusRule = z.output<typeof value> | z.output<typeof failure>;

/** Rules of adapters for statuses from 400 to 599: `{ 404: { value: null }, 422: { status: 422, code: 'ORDER_REJECTED' } }`. */
export type OnStatus = Readonly<Record<number, Readonly<StatusRule>>>;
