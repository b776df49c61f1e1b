import { getCiphers } from 'node:tls';
import { certificates, duration, isKeyPair, privateKey, switchable } from '@trunkline/config';
import { z } from 'zod';

/** Default cipher suites. Like all of TLS 1.3, those of TLS 1.2 have forward secrecy and authenticated encryption (RFC 9325 §4.2). */
const TLS_1_3_SUITES = ['TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_GCM_SHA256'];
const TLS_1_2_SUITES = [
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
];
const YEAR_S = 31_536_000;
const HSTS_MAX_AGE_EXPECTED = 'expected 0s, which ends HTTPS-only in browsers, or a duration of at least 1s';

const hsts = switchable(
  z
    .strictObject({
      maxAge: duration()
        .refine((ms) => ms === 0 || ms >= 1_000, HSTS_MAX_AGE_EXPECTED)
        .prefault('365d')
        .describe('Time for which browsers use HTTPS only, in whole seconds; 0s ends it'),
      includeSubDomains: z.boolean().default(false).describe('Whether sub-domains are included'),
      preload: z.boolean().default(false).describe('Whether the domain may be added to the preload lists of browsers'),
    })
    .refine(({ preload, includeSubDomains, maxAge }) => !preload || (includeSubDomains && maxAge >= YEAR_S * 1_000), {
      error:
        'expected `includeSubDomains` and a `maxAge` of at least 365d beside `preload`: preload lists require them',
    }),
);

/** Schema of `bus.http.tls`: HTTPS, optionally with client certificates. */
export const listenerTls = z
  .strictObject({
    cert: certificates().describe('Certificate of the bus (PEM), followed by its intermediate certificates'),
    key: privateKey().describe('Private key of the certificate (PEM)'),
    ca: certificates().optional().describe('Certificates (PEM) of the authorities that sign client certificates'),
    requestCert: z
      .boolean()
      .default(false)
      .describe('Whether the listener requests a client certificate; required for `mtls`'),
    minVersion: z.enum(['TLSv1.2', 'TLSv1.3']).default('TLSv1.2').describe('Minimum TLS version'),
    ciphers: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
      .refine(areKnownSuites, 'expected cipher suites by their OpenSSL names, such as ECDHE-RSA-AES256-GCM-SHA384')
      .default([...TLS_1_2_SUITES, ...TLS_1_3_SUITES])
      .describe(
        'Cipher suites by their OpenSSL names, in order of preference: a list, or one string separated by colons. Without a TLS 1.3 suite in it, all TLS 1.3 suites are offered. Default: suites with forward secrecy (ECDHE) and authenticated encryption',
      ),
    hsts: hsts
      .prefault('off')
      .describe('Strict-Transport-Security on every response: browsers use HTTPS only from then on (RFC 6797)'),
  })
  .refine(({ cert, key }) => isKeyPair(cert, key), {
    error: 'expected the `key` that belongs to `cert`, both readable',
  })
  .refine(({ ca, requestCert }) => !requestCert || ca !== undefined, {
    error: 'expected `ca` beside `requestCert`: the authorities that sign client certificates',
  })
  .describe('HTTPS instead of HTTP');

/** TLS settings of a listener; certificates and keys in PEM. */
export type ListenerTls = z.output<typeof listenerTls>;

/** Formats the cipher suites for OpenSSL. TLS 1.3 suites are added if the list has none, as Node would disable TLS 1.3. */
export function formatCiphers({ ciphers }: Pick<ListenerTls, 'ciphers'>): string {
  const suites = splitSuites(ciphers);
  return [...suites, ...(suites.some(isTls13Suite) ? [] : TLS_1_3_SUITES)].join(':');
}

/** Formats the value of `Strict-Transport-Security`; `undefined`: the header is not sent. */
export function formatHsts(tls: ListenerTls | undefined): string | undefined {
  if (!tls || tls.hsts === 'off') return undefined;
  const { maxAge, includeSubDomains, preload } = tls.hsts;
  const directives = [`max-age=${Math.floor(maxAge / 1_000)}`];
  if (includeSubDomains) directives.push('includeSubDomains');
  if (preload) directives.push('preload');
  return directives.join('; ');
}

/** Names only: an OpenSSL expression such as `HIGH:!aNULL` does not show which suites are offered. */
function areKnownSuites(ciphers: string | readonly string[]): boolean {
  const known = getCiphers();
  return splitSuites(ciphers).every((name) => known.includes(name.toLowerCase()));
}

function splitSuites(ciphers: string | readonly string[]): readonly string[] {
  return [ciphers].flat().flatMap((names) => names.split(':'));
}

function isTls13Suite(name: string): boolean {
  return name.startsWith('TLS_');
}
