import { isSettableHeaderName } from '@trunkline/security';
import { z } from 'zod';

/** They belong to the exchange with the upstream, and would change the meaning of the response of the bus. */
const PRIVATE_HEADERS: ReadonlySet<string> = new Set([
  'cache-control',
  'content-encoding',
  'content-type',
  'etag',
  'last-modified',
  'set-cookie',
  'www-authenticate',
]);

const expected = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const when = z
  .record(z.string().min(1), z.union([expected, z.array(expected).min(1)]))
  .refine((members) => Object.keys(members).length > 0, { error: 'expected a member and its value, such as ok: false' })
  .describe(
    'Members of the body that the response must have for the rule, with their value or a list of values: { ok: false }. A dot leads into a member: error.code. Default: any body',
  );

const value = z
  .strictObject({
    value: z.unknown().describe('Result of the adapter instead of a failure; null is a value, too'),
    when: when.optional(),
  })
  .describe('The status is a result');

const failure = z
  .strictObject({
    when: when.optional(),
    status: z
      .int()
      .min(400)
      .max(599)
      .optional()
      .describe('Status for the client. Default: that of the upstream, 502 where that is below 400'),
    code: z
      .string()
      .regex(/^[A-Z][A-Z0-9_]*$/, { error: 'expected a code such as ORDER_REJECTED' })
      .optional()
      .describe('Code for the client. Default: that of the status'),
    title: z.string().min(1).optional().describe('Title for the client. Default: that of the status'),
    pass: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe(
        'Members of the body that the client receives, at most 64KiB of them; those of the error format, such as code, are kept. Default: none',
      ),
    passHeaders: z
      .array(
        z
          .string()
          .refine(isPassableHeader, { error: 'expected the name of a header of the upstream, such as X-Reason' }),
      )
      .min(1)
      .optional()
      .describe('Headers of the response that the client receives. Default: none'),
  })
  .describe('The status is a failure for the client');

/** Rules of adapters for statuses of an upstream. */
export const onStatus = z
  .record(
    z
      .string()
      .regex(/^(?:2\d\d|304|[45]\d\d)$/, { error: 'expected a status from 200 to 299, 304, or from 400 to 599' }),
    z.union([value, failure]).describe('Result or failure of adapters for the status'),
  )
  .describe('Results or failures of adapters for statuses of the upstream, in place of the default');

function isPassableHeader(name: string): boolean {
  return isSettableHeaderName(name) && !PRIVATE_HEADERS.has(name.toLowerCase());
}

/** Rule of an adapter for one status: a value to return, or a failure. */
export type StatusRule = z.output<typeof value> | z.output<typeof failure>;

/**
 * Rules of adapters for statuses from 200 to 299, 304, and from 400 to 599:
 * `{ 200: { when: { ok: false }, status: 422 }, 404: { value: null }, 422: { code: 'ORDER_REJECTED', pass: ['detail'] } }`.
 */
export type OnStatus = Readonly<Record<number, Readonly<StatusRule>>>;

/** Returns the status for the client of a rule that is a failure. */
export function getClientStatus(rule: { readonly status?: number | undefined }, upstreamStatus: number): number {
  return rule.status ?? (upstreamStatus < 400 ? 502 : upstreamStatus);
}
