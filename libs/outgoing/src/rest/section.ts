import { defineSection, duration, httpUrl, size, switchable, tlsSettings } from '@trunkline/config';
import { z } from 'zod';
import { chaosSection } from './fault-injection/chaos-section';
import { HTTP_METHODS } from './request/http-method';
import { PathTemplate } from './request/path-template';
import { NUMBER_RULES } from './response/strict-json';
import { emptyList } from './request/empty-list';
import { configuredHeaders, headerName } from './request/header-section';
import { onStatus } from './adapter/on-status';
import { operations } from './adapter/operation-section';
import { connectionPolicies, defaultPolicies } from '../policies/policy-section';
import { proxySection } from './transport/proxy-section';

/** Timers of Node end at 24 days, and turn what is longer into 1 ms. */
const time = () => duration({ min: 1, max: '1d' });

const timeout = time().describe('One attempt, from connect to last byte');
const connectTimeout = time().describe('From the look-up of the name to the end of the TLS handshake');
const total = time().describe(
  'The whole call, further attempts included; never more than what is left of the deadline',
);
const maxResponse = size({ min: '1B' }).describe('Largest body of an answer');
const maxHeader = size({ min: '1KiB', max: '1MiB' }).describe(
  'Largest headers of an answer, names and values together',
);
const numbers = z
  .enum(NUMBER_RULES)
  .describe(
    'Numbers of an answer whose digits a double cannot hold, such as 9007199254740993: `exact` rejects the answer, `text` reads them as strings, `lenient` rounds them',
  );
const redirects = switchable(
  z.strictObject({ max: z.int().min(1).max(10).describe('Most redirects of one call') }),
).describe('Follow redirects, of the same origin and below the path of the url only');
const idempotent = z
  .boolean()
  .describe(
    'POST and PATCH may be repeated: they carry an Idempotency-Key, the same each time, that the upstream heeds',
  );

/** What has no default of its own. */
const withoutDefaults = {
  headers: configuredHeaders.optional(),
  forwardHeaders: z.array(headerName).optional().describe('Headers of the inbound request that are handed on'),
  security: z.string().optional().describe('Name of the credential in the `security` section'),
  allowH2: z
    .boolean()
    .optional()
    .describe('Whether to speak HTTP/2 with an upstream that offers it over TLS; default false'),
  tls: tlsSettings.optional().describe('TLS; certificates are verified, always'),
  proxy: proxySection
    .optional()
    .describe('Proxy that the upstream is reached through, such as http://proxy.example:3128; default off'),
  emptyList: emptyList.optional(),
  onStatus: onStatus.optional(),
};

const defaults = z
  .strictObject({
    timeout: timeout.prefault('10s'),
    connectTimeout: connectTimeout.prefault('2s'),
    total: total.prefault('15s'),
    maxResponse: maxResponse.prefault('10MiB'),
    maxHeader: maxHeader.prefault('16KiB'),
    numbers: numbers.default('exact'),
    ...defaultPolicies,
    redirects: redirects.prefault('off'),
    idempotent: idempotent.default(false),
    ...withoutDefaults,
  })
  .describe('What holds for connections that say nothing themselves');

const connection = z
  .strictObject({
    url: httpUrl().describe('Address; all paths are below it'),
    timeout: timeout.optional(),
    connectTimeout: connectTimeout.optional(),
    total: total.optional(),
    maxResponse: maxResponse.optional(),
    maxHeader: maxHeader.optional(),
    numbers: numbers.optional(),
    ...connectionPolicies,
    redirects: redirects.optional(),
    idempotent: idempotent.optional(),
    ...withoutDefaults,
    ping: z
      .strictObject({
        method: z.enum(HTTP_METHODS).default('GET').describe('HTTP method'),
        path: z
          .string()
          .refine(isPathWithoutPlaceholders, { error: 'expected a path such as /health' })
          .describe('Path below the url'),
      })
      .optional()
      .describe('How to find out whether the upstream is well'),
    chaos: chaosSection.optional().describe('Trouble on purpose, for rehearsals; only where `bus.chaos` allows it'),
    services: operations.optional(),
  })
  .describe('An external REST system: its address, and how it is called');

/** The section `outgoing:` of the configuration. */
export const outgoingSection = defineSection({
  key: 'outgoing',
  schema: z.strictObject({
    defaults: defaults.prefault({}),
    rest: z.record(z.string().min(1), connection).default({}).describe('Outgoing REST connections by name'),
  }),
});

/** The section `outgoing:`, checked. */
export type OutgoingConfig = z.output<typeof outgoingSection.schema>;

/** An outgoing connection as it is configured. */
export type ConnectionConfig = z.output<typeof connection>;

/** What connections fall back on. */
export type ConnectionDefaults = z.output<typeof defaults>;

function isPathWithoutPlaceholders(path: string): boolean {
  try {
    return new PathTemplate(path).names.length === 0;
  } catch {
    // What is wrong with it is said by the schema.
    return false;
  }
}
