import { httpUrl, size, switchable, tlsSettings } from '@trunkline/config';
import { z } from 'zod';
import { policyDefaults, policyOptions } from '../policies';
import { time } from '../policies/time';
import { chaosSection } from './fault-injection/chaos-section';
import { configuredHeaders, headerName } from './request/header-section';
import { HTTP_METHODS } from './request/http-method';
import { PathTemplate } from './request/path-template';
import { proxySection } from '@trunkline/config';

const timeout = time().describe('Time limit of one attempt, from connect to last byte');
const connectTimeout = time().describe('Time limit from the lookup of the name to the end of the TLS handshake');
const maxResponse = size({ min: '1B' }).describe('Largest body of a response');
const maxHeader = size({ min: '1KiB', max: '1MiB' }).describe(
  'Largest headers of a response, names and values together',
);
const redirects = switchable(
  z.strictObject({ max: z.int().min(1).max(10).describe('Most redirects of one call') }),
).describe('Whether to follow redirects within the same origin and below the path of the url');
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
};

/** Values for connections over HTTP that configure none: keys of `outgoing.defaults`. */
export const httpDefaults = {
  timeout: timeout.prefault('10s'),
  connectTimeout: connectTimeout.prefault('2s'),
  maxResponse: maxResponse.prefault('10MiB'),
  maxHeader: maxHeader.prefault('16KiB'),
  ...policyDefaults,
  redirects: redirects.prefault('off'),
  ...withoutDefaults,
};

/** Keys of every connection over HTTP, whatever its kind is. */
export const httpConnection = {
  url: httpUrl().describe('Address of the system; all paths are below it'),
  timeout: timeout.optional(),
  connectTimeout: connectTimeout.optional(),
  maxResponse: maxResponse.optional(),
  maxHeader: maxHeader.optional(),
  ...policyOptions,
  redirects: redirects.optional(),
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
};

/** The values of {@link httpConnection}. */
export type HttpConfig = z.output<z.ZodObject<typeof httpConnection>>;

/** The values of {@link httpDefaults}. */
export type HttpDefaults = z.output<z.ZodObject<typeof httpDefaults>>;

function isPathWithoutPlaceholders(path: string): boolean {
  try {
    return new PathTemplate(path).names.length === 0;
  } catch {
    // The schema reports the error.
    return false;
  }
}
