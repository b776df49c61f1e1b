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
      .describe('Only messages whose members (`customer.country`) have this value, or one of these'),
    attempts: attempts.optional().describe('How often a job is tried. Default: as for the service'),
    timeout: duration({ min: 1 }).optional().describe('The longest one attempt may take. Default: as for the service'),
    concurrency: concurrency
      .optional()
      .describe('How many messages a host hands to it at once. Default: as many as there is room for'),
    rateLimit: rateLimit.optional().describe('How many attempts may begin in a span of time, over all hosts'),
  })
  .describe('A service that gets the messages of the topic, each as a job of its own');

const topic = z.strictObject({
  subscribers: z
    .array(subscriber)
    .refine(
      ({ length }) => length > 0,
      'expected at least one subscriber: where there is none yet, leave `subscribers` out',
    )
    .refine(hasDifferentServices, 'expected each service once')
    .default([])
    .describe('Who gets the messages'),
});

/** One subscriber of the configuration, checked. */
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
