import { z } from 'zod';

const value = z
  .strictObject({ value: z.unknown().describe('What the adapter gives instead of failing; null is a value, too') })
  .describe('The status is as good as an answer');

const failure = z
  .strictObject({
    status: z
      .int()
      .min(400)
      .max(599)
      .optional()
      .describe('Status that the client gets. Default: the one of the upstream'),
    code: z
      .string()
      .regex(/^[A-Z][A-Z0-9_]*$/, { error: 'expected a code such as ORDER_REJECTED' })
      .optional()
      .describe('Code that the client gets. Default: the one that goes with the status'),
    title: z
      .string()
      .min(1)
      .optional()
      .describe('Text that the client gets. Default: the one that goes with the status'),
  })
  .describe('The status is a failure that the client can use');

/** What adapters make of statuses of an upstream. */
export const onStatus = z
  .record(
    z.string().regex(/^[45]\d\d$/, { error: 'expected a status from 400 to 599' }),
    z.union([value, failure]).describe('What adapters make of the status'),
  )
  .describe('What adapters make of statuses of the upstream, where that is not to be what they usually make of them');

/** What an adapter makes of one status: a value to give, or a failure of its own. */
export type StatusRule = z.output<typeof value> | z.output<typeof failure>;

/** What adapters make of statuses from 400 to 599: `{ 404: { value: null }, 422: { status: 422, code: 'ORDER_REJECTED' } }`. */
export type OnStatus = Readonly<Record<number, Readonly<StatusRule>>>;
