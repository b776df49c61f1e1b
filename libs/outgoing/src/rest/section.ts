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

/** Timers of Node fire after 1 ms if they are longer than 24 days. */
const time = () => duration({ min: 1, max: '1d' });

const timeout = time().describe('Time limit of one attempt, from connect to last byte');
const connectTimeout = time().describe('Time limit from the lookup of the name to the end of the TLS handshake');
const total = time().describe(
  'Time limit of the whole call, further attempts included; never more than is left of the deadline',
);
const maxResponse = size({ min: '1B' }).describe('Largest body of a response');
const maxHeader = size({ min: '1KiB', max: '1MiB' }).describe(
  'Largest headers of a response, names and values together',
);
const numbers = z
  .enum(NUMBER_RULES)
  .describe(
    'Numbers of a response whose digits a double cannot hold, such as 9007199254740993: `exact` rejects the response, `text` reads them as strings, `lenient` rounds them',
  );
const redirects = switchable(
  z.strictObject({ max: z.int().min(1).max(10).describe('Most redirects of one call') }),
).describe('Whether to follow redirects within the same origin and below the path of the url');
const idempotent = z
  .boolean()
  .describe(
    'Whether POST and PATCH may be retried: all attempts carry the same Idempotency-Key, which the upstream must support',
  );

/** Keys without a default value. */
const withoutDefaults = {
  headers: configuredHeaders.optional(),
  forwardHeaders: z.array(headerName).optional().describe('Headers of the inbound request that are forwarded'),
  security: z.string().optional().describe('Name of the credential in the `security` section'),
  allowH2: z
    .boolean()
    .optional()
    .describe('Whether to use HTTP/2 with an upstream that offers it over TLS; default false'),
  tls: tlsSettings.optional().describe('TLS; certificates are always verified'),
  proxy: proxySection.optional().describe('Proxy of the upstream, such as http://proxy.example:3128; default off'),
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
  .describe('Values for connections that configure none');

const connection = z
  .strictObject({
    url: httpUrl().describe('Address of the system; all paths are below it'),
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
      .describe('Request that checks whether the upstream is available'),
    chaos: chaosSection.optional().describe('Faults on purpose, for rehearsals; only where `bus.chaos` allows it'),
    services: operations.optional(),
  })
  .describe('An external REST system: its address, and the options of its calls');

/** The section `outgoing:` of the configuration. */
export const outgoingSection = defineSection({
  key: 'outgoing',
  schema: z.strictObject({
    defaults: defaults.prefault({}),
    rest: z.record(z.string().min(1), connection).default({}).describe('Outgoing REST connections by name'),
  }),
});

/** The validated section `outgoing:`. */
export type OutgoingConfig = z.output<typeof outgoingSection.schema>;

/** The configuration of an outgoing connection. */
export type ConnectionConfig = z.output<typeof connection>;

/** The configured defaults of connections. */
export type ConnectionDefaults = z.output<typeof defaults>;

function isPathWithoutPlaceholders(path: string): boolean {
  try {
    return new PathTemplate(path).names.length === 0;
  } catch {
    // The schema reports the error.
    return false;
  }
}
