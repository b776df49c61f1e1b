import { duration } from '@trunkline/config';
import { z } from 'zod';

/** The least time for which Stripe keeps keys ("Idempotent requests"). */
const DEFAULT_KEEP = '24h';
const DEFAULT_KEEP_MS = 86_400_000;
/** A token (RFC 9110 §5.1). */
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~\w]+$/;
/** Differs for each request, so it cannot distinguish clients. */
const KEY_HEADER = 'idempotency-key';

const headerName = z
  .string()
  .regex(HEADER_NAME, 'expected the name of a header, such as X-Api-Key')
  .refine((name) => name.toLowerCase() !== KEY_HEADER, 'expected another header than Idempotency-Key');

/** `idempotency` of a channel. */
export const idempotencyOption = z
  .union([
    z.enum(['off', 'optional', 'required']),
    z.strictObject({
      mode: z
        .enum(['optional', 'required'])
        .default('optional')
        .describe('Whether a request without an Idempotency-Key is accepted (optional) or rejected (required)'),
      keep: duration({ min: '1s', max: '30d' })
        .prefault(DEFAULT_KEEP)
        .describe('How long a response is kept for replay'),
      scope: z
        .array(headerName)
        .default([])
        .describe(
          'Headers that distinguish clients: the same key with another value of them is another key. Without `security`, Authorization and Cookie are included',
        ),
    }),
  ])
  .describe('Whether a request with an Idempotency-Key is executed only once. Default: off. Not for GET');

/** The value of {@link idempotencyOption}. */
export type IdempotencyOption = z.output<typeof idempotencyOption>;

/** How a channel treats requests with an `Idempotency-Key`. */
export interface IdempotencySettings {
  /** Whether a request without a key is rejected. */
  readonly isRequired: boolean;
  /** How long a response is kept for replay. */
  readonly keepMs: number;
  /** Headers, lower-case, that distinguish clients: the same key with another value of one of them is another key. */
  readonly scope: readonly string[];
}

/** Converts the option of a channel; `undefined` where the channel ignores the header. */
export function toIdempotencySettings(option: IdempotencyOption = 'off'): IdempotencySettings | undefined {
  if (option === 'off') return undefined;
  if (typeof option === 'string') return { isRequired: option === 'required', keepMs: DEFAULT_KEEP_MS, scope: [] };
  const { mode, keep, scope } = option;
  return { isRequired: mode === 'required', keepMs: keep, scope: scope.map((name) => name.toLowerCase()) };
}
