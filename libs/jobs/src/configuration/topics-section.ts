import { defineSection, duration } from '@trunkline/config';
import { isServiceName } from '@trunkline/service';
import { z } from 'zod';
import { attempts, concurrency, rateLimit } from './jobs-config';

const NAME = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/;

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const subscriber = z
  .strictObject({
    service: z
      .string()
      .refine(isServiceName, 'expected the name of a service, such as mail.send')
      .describe('Name of the service that is invoked with the message'),
    filter: z
      .record(z.string().min(1), z.union([scalar, z.array(scalar).min(1)]))
      .optional()
      .describe('Deliver only messages whose members, such as `customer.country`, have this value or one of these'),
    attempts: attempts.optional().describe('Number of attempts of its jobs. Default: that of the service'),
    timeout: duration({ min: 1 }).optional().describe('Time limit of one attempt. Default: that of the service'),
    concurrency: concurrency
      .optional()
      .describe('Number of messages that a host delivers to it at once. Default: bus.jobs.concurrency'),
    rateLimit: rateLimit.optional().describe('How many attempts may start per period, over all hosts'),
  })
  .describe('A service that receives each message of the topic as a separate job');

const topic = z.strictObject({
  subscribers: z
    .array(subscriber)
    .refine(({ length }) => length > 0, 'expected at least one subscriber: omit `subscribers` if there is none yet')
    .refine(hasDifferentServices, 'expected each service once')
    .default([])
    .describe('Services that receive the messages'),
});

/** A validated subscriber of the configuration. */
export type SubscriberConfig = z.infer<typeof subscriber>;

/** The section `topics:` of the configuration. */
export const topicsSection = defineSection({
  key: 'topics',
  schema: z
    .record(z.string().regex(NAME, 'expected words of a-z and 0-9 joined by `.`, `-` or `_`').max(100), topic)
    .describe('Names to publish to, with their subscribers'),
});

function hasDifferentServices(subscribers: readonly { readonly service: string }[]): boolean {
  return new Set(subscribers.map(({ service }) => service)).size === subscribers.length;
}
