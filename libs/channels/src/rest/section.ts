import { defineSection, duration, httpUrl } from '@trunkline/config';
import { scope } from '@trunkline/security';
import { isServiceName } from '@trunkline/service';
import { z } from 'zod';
import { isOriginPattern } from '../features/cors/cors-origin';
import { idempotencyOption } from '../features/idempotency/idempotency-section';
import { httpServerOptions, maintenanceWindow } from '@trunkline/http-server';
import { rateLimitOption } from '../features/rate-limit/rate-limit-section';
import { channelExamples, openApiOptions } from '../openapi/section';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
/** A placeholder is a whole segment, so that no two ways of reading a path exist. */
const PATH = /^(?:\/(?:\{[A-Za-z_][A-Za-z0-9_]*\}|[A-Za-z0-9._~!$&'()*+,;=:@-]*))+$/;

const MEDIA_TYPE = /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+$/;
const ORIGIN =
  'expected an origin as browsers send it, such as https://app.example.com, https://*.example.com for its sub-domains, or *';
const HEADER = /^[\w!#$%&'*+.^`|~-]+$/;
const INSTANT = 'expected a date such as 2027-01-31, or a time such as 2027-01-31T12:00:00Z';

/** How errors look: `problem` is RFC 9457. */
export const errorFormat = z
  .enum(['problem', 'envelope', 'flat'])
  .describe('How error answers look: problem is RFC 9457, application/problem+json');

/** Who may call: `none`, the name of a definition, or several. */
export const securityChoice = z
  .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
  .describe('Who may call: a definition of the `security` section, a list of which any will do, or none');

const cors = z
  .strictObject({
    origins: z
      .array(z.string().refine(isOriginPattern, ORIGIN))
      .min(1)
      .describe(
        'Origins whose pages may call the channel; https://*.example.com for sub-domains of one label or more, * for all, without credentials',
      ),
    headers: z.array(z.string().regex(HEADER)).default([]).describe('Headers that requests may have'),
    expose: z.array(z.string().regex(HEADER)).default([]).describe('Headers of answers that pages may read'),
    credentials: z.boolean().default(false).describe('Whether cookies and HTTP authentication go along'),
    maxAge: duration().prefault('10m').describe('How long a browser may keep what a preflight told it'),
  })
  .refine(({ origins, credentials }) => !(credentials && origins.includes('*')), {
    error: 'expected the origins by name where credentials go along',
    path: ['origins'],
  })
  .describe('Which pages of other origins may call it from a browser. Default: none');

const instant = () => z.iso.datetime({ offset: true, error: INSTANT }).or(z.iso.date({ error: INSTANT }));

const deprecated = z
  .strictObject({
    since: instant().describe('When it was deprecated, or will be'),
    sunset: instant().optional().describe('When it will stop to answer'),
    link: httpUrl().optional().describe('Where it is written what to use instead'),
  })
  .refine(({ since, sunset }) => sunset === undefined || Date.parse(sunset) >= Date.parse(since), {
    error: 'expected a sunset that is not before the deprecation',
    path: ['sunset'],
  })
  .describe('That it is on its way out: Deprecation, Sunset and Link on every answer');

const channel = z
  .strictObject({
    method: z.enum(METHODS).describe('HTTP method. HEAD is answered for every GET channel'),
    path: z
      .string()
      .regex(PATH, 'expected a path such as /api/customer/{customer_id}, where a placeholder is a whole segment')
      .refine((path) => hasUniquePlaceholders(path), 'expected placeholders of different names')
      .describe('Path, case-sensitive; {name} takes one segment and becomes a member of the input'),
    service: z
      .string()
      .refine(isServiceName, 'expected the name of a service, such as customer.get')
      .optional()
      .describe('Name of the service that answers'),
    topic: z
      .string()
      .min(1)
      .optional()
      .describe('Instead of a service: the topic that bodies are published to; 202 once each subscriber has its job'),
    security: securityChoice.optional(),
    scopes: z.array(scope).min(1).optional().describe('What callers need to have: all of them'),
    errors: errorFormat.optional(),
    idempotency: idempotencyOption.optional(),
    timeout: duration({ min: 1 })
      .optional()
      .describe('The longest an answer may take. Default: bus.http.requestTimeout'),
    maintenance: maintenanceWindow.optional().describe('Present while the channel is worked on: 503 `MAINTENANCE`'),
    description: z.string().optional().describe('One sentence for people'),
    async: z
      .union([z.boolean(), z.literal('optional')])
      .default(false)
      .describe(
        'Whether the work is done later, as a job: the answer is 202 and where to ask for it. optional: where the client sends Prefer: respond-async',
      ),
    produces: z
      .array(z.string().regex(MEDIA_TYPE, 'expected a media type in lower case, such as text/csv'))
      .min(1)
      .default(['application/json'])
      .describe('Media types that its service answers with; a client that accepts none of them gets 406'),
    etag: z
      .boolean()
      .default(false)
      .describe('Whether answers to GET have an ETag, so that a client that has it already gets 304'),
    compress: z.boolean().default(true).describe('Whether large answers are compressed for clients that take it'),
    cors: cors.optional(),
    deprecated: deprecated.optional(),
    rateLimit: rateLimitOption.optional(),
    examples: channelExamples.optional(),
  })
  .refine(({ method, idempotency: keyed }) => method !== 'GET' || keyed === undefined || keyed === 'off', {
    path: ['idempotency'],
    error: 'expected no idempotency on a GET: it changes nothing, so it can be repeated without a key',
  })
  .refine(({ method, etag }) => method === 'GET' || !etag, {
    path: ['etag'],
    error: 'expected no `etag`: only answers to GET have one',
  })
  .superRefine((written, context) => {
    for (const { key, message } of findDestinationProblems(written)) {
      context.addIssue({ code: 'custom', path: key === undefined ? [] : [key], message });
    }
  })
  .describe('An inbound binding: HTTP method and path lead to a service');

/** The section `channels:` of the configuration. */
export const channelsSection = defineSection({
  key: 'channels',
  schema: z.strictObject({
    rest: z.record(z.string().min(1), channel).default({}).describe('REST channels by name'),
  }),
});

/** `bus.http`: the listener, and the description of the channels. */
export const httpOptions = httpServerOptions.extend({
  openapi: openApiOptions
    .prefault({})
    .describe('Description of the channels, for whoever can reach the bus; off: it has none'),
});

/** `bus.http`, checked. */
export type HttpOptions = z.infer<typeof httpOptions>;

interface WrittenChannel {
  readonly method: string;
  readonly path: string;
  readonly service?: string | undefined;
  readonly topic?: string | undefined;
  readonly async: boolean | 'optional';
}

/** What is wrong with where a channel leads. */
function findDestinationProblems({
  method,
  path,
  service,
  topic,
  async: isAsync,
}: WrittenChannel): DestinationProblem[] {
  if (topic === undefined) return service === undefined ? [{ message: NO_DESTINATION }] : [];
  const problems: DestinationProblem[] = [];
  if (service !== undefined) problems.push({ key: 'topic', message: 'expected a service or a topic, not both' });
  if (method !== 'POST' && method !== 'PUT') {
    problems.push({ key: 'method', message: 'expected POST or PUT: the body is what is published to the topic' });
  }
  if (path.includes('{')) {
    problems.push({ key: 'path', message: 'expected no placeholder: the body alone is published to the topic' });
  }
  if (isAsync !== false) {
    problems.push({ key: 'async', message: 'expected no `async`: what is published to a topic is done later anyway' });
  }
  return problems;
}

interface DestinationProblem {
  readonly key?: string;
  readonly message: string;
}

const NO_DESTINATION =
  'expected `service`, the name of the service that answers, or `topic`, what bodies are published to';

function hasUniquePlaceholders(path: string): boolean {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  return new Set(names).size === names.length;
}
