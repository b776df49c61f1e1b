import { defineSection, duration, size } from '@trunkline/config';
import { isServiceName } from '@trunkline/service';
import { z } from 'zod';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
/** A placeholder is a whole segment, so that no two ways of reading a path exist. */
const PATH = /^(?:\/(?:\{[A-Za-z_][A-Za-z0-9_]*\}|[A-Za-z0-9._~!$&'()*+,;=:@-]*))+$/;

/** How errors look: `problem` is RFC 9457. */
export const errorFormat = z
  .enum(['problem', 'envelope', 'flat'])
  .describe('How error answers look: problem is RFC 9457, application/problem+json');

const channel = z
  .strictObject({
    method: z.enum(METHODS).describe('HTTP method. HEAD is answered for every GET channel'),
    path: z
      .string()
      .regex(PATH, 'expected a path such as /api/customer/{customer_id}, where a placeholder is a whole segment')
      .refine((path) => hasDifferentPlaceholders(path), 'expected placeholders of different names')
      .describe('Path, case-sensitive; {name} takes one segment and becomes a member of the input'),
    service: z
      .string()
      .refine(isServiceName, 'expected the name of a service, such as customer.get')
      .describe('Name of the service that answers'),
    errors: errorFormat.optional(),
    timeout: duration({ min: 1 })
      .optional()
      .describe('The longest an answer may take. Default: bus.http.requestTimeout'),
    description: z.string().optional().describe('One sentence for people'),
  })
  .describe('An inbound binding: HTTP method and path lead to a service');

/** The section `channels:` of the configuration. */
export const channelsSection = defineSection({
  key: 'channels',
  schema: z.strictObject({
    rest: z.record(z.string().min(1), channel).default({}).describe('REST channels by name'),
  }),
});

/** `bus.http`: the listener that channels share. */
export const httpOptions = z.strictObject({
  host: z.string().default('127.0.0.1').describe('Address to listen on'),
  port: z.int().min(0).max(65_535).default(11_223).describe('Port to listen on; 0 takes a free one'),
  requestTimeout: duration({ min: 1 })
    .prefault('15s')
    .describe('The longest an answer may take, where the channel says nothing'),
  bodyLimit: size({ min: '1B' }).prefault('1MiB').describe('Largest body'),
  maxDepth: z.int().min(1).max(1_000).default(64).describe('Levels of objects and arrays in a body'),
  trustProxy: z.boolean().default(false).describe('Believe X-Forwarded-For and X-Forwarded-Proto'),
});

/** `bus.http`, checked. */
export type HttpOptions = z.infer<typeof httpOptions>;

function hasDifferentPlaceholders(path: string): boolean {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  return new Set(names).size === names.length;
}
