import { duration, secret, switchable } from '@trunkline/config';
import { type WebhookScheme, webhookSchemes } from '@trunkline/security';
import { z } from 'zod';
import { featureOptions } from '../../features';
import { coreOptions } from '../../http/channel-options';

const MAX_SECRETS = 10;

const { method: _method, ...routeOptions } = coreOptions;

/** Keys of every webhook channel. */
const commonOptions = {
  ...routeOptions,
  secret: secret().optional().describe('Secret shared with the sender'),
  secrets: z
    .array(secret())
    .min(1)
    .max(MAX_SECRETS)
    .optional()
    .describe('Instead of `secret`: all secrets that are accepted, while they are rotated'),
  async: z
    .boolean()
    .default(true)
    .describe('Whether a delivery becomes a job, and is acknowledged once it is stored; false: the sender waits'),
  dedupe: switchable(
    z.strictObject({
      keep: duration({ min: '1m', max: '30d' })
        .prefault('3d')
        .describe('How long ids are kept: at least as long as the sender repeats a delivery'),
    }),
  )
    .prefault({})
    .describe('A delivery whose id was accepted before is acknowledged and not handled again; off: it is'),
  unknown: featureOptions.unknown
    .unwrap()
    .default('drop')
    .describe(
      'What happens to members that the declared input does not have: they are removed, since senders add members without notice, or 400',
    ),
  maintenance: featureOptions.maintenance,
  rateLimit: featureOptions.rateLimit,
};

/** The keys of {@link commonOptions}, and the scheme. */
const commonSchema = z.object({ ...commonOptions, scheme: z.string() });

/** A webhook channel of any scheme, with the keys of its scheme. */
export type WebhookOptions = z.output<typeof commonSchema>;

const [firstScheme, ...otherSchemes] = webhookSchemes;

/** One entry of `channels.webhook`. */
export const webhookChannelOptions: z.ZodType<WebhookOptions> = z
  .discriminatedUnion('scheme', [createSchemeOptions(firstScheme), ...otherSchemes.map(createSchemeOptions)])
  .describe('Receives the webhooks of a sender');

function createSchemeOptions({ name, description, options }: WebhookScheme) {
  return z
    .strictObject({ scheme: z.literal(name).describe('How the sender signs'), ...commonOptions, ...options })
    .refine(({ secret: one, secrets }) => (one === undefined) !== (secrets === undefined), {
      error: 'expected `secret`, or `secrets` while they are rotated',
    })
    .describe(description);
}
