import { getCiphers } from 'node:tls';
import { certificates, duration, isKeyPair, privateKey, switchable } from '@trunkline/config';
import { z } from 'zod';

/**
 * Suites that are offered where the configuration names none: all of them have forward secrecy and authenticated encryption (RFC 9325
 * §4.2). Those of TLS 1.3 have both by nature.
 */
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
const HSTS_MAX_AGE_EXPECTED = 'expected 0s, which ends it in browsers that know the bus, or a duration of at least 1s';

const hsts = switchable(
  z
    .strictObject({
      maxAge: duration()
        .refine((ms) => ms === 0 || ms >= 1_000, HSTS_MAX_AGE_EXPECTED)
        .prefault('365d')
        .describe('How long browsers use HTTPS only, in whole seconds; 0s ends it'),
      includeSubDomains: z.boolean().default(false).describe('Whether that holds for all sub-domains, too'),
      preload: z
        .boolean()
        .default(false)
        .describe('Whether browsers may have the name on the list that they are built with'),
    })
    .refine(({ preload, includeSubDomains, maxAge }) => !preload || (includeSubDomains && maxAge >= YEAR_S * 1_000), {
      error: 'expected `includeSubDomains` and a `maxAge` of at least 365d beside `preload`, as the list asks for',
    }),
);

/** `bus.http.tls`: the listener speaks HTTPS, and may ask clients for a certificate. */
export const listenerTls = z
  .strictObject({
    cert: certificates().describe('Certificate of the bus (PEM), with those between it and the one that clients trust'),
    key: privateKey().describe('Its private key (PEM)'),
    ca: certificates().optional().describe('Certificates (PEM) of the authorities that sign those of clients'),
    requestCert: z.boolean().default(false).describe('Whether clients are asked for a certificate; `mtls` needs it'),
    minVersion: z.enum(['TLSv1.2', 'TLSv1.3']).default('TLSv1.2').describe('The oldest version that clients may speak'),
    ciphers: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
      .refine(areKnownSuites, 'expected cipher suites as OpenSSL calls them, such as ECDHE-RSA-AES256-GCM-SHA384')
      .default([...TLS_1_2_SUITES, ...TLS_1_3_SUITES])
      .describe(
        'Cipher suites, the preferred first, as OpenSSL calls them: a list, or one text with colons between them. Where none of TLS 1.3 is named, all of them are offered. Default: those with forward secrecy (ECDHE) and authenticated encryption',
      ),
    hsts: hsts
      .prefault('off')
      .describe('Strict-Transport-Security on every response: browsers use HTTPS alone from then on (RFC 6797)'),
  })
  .refine(({ cert, key }) => isKeyPair(cert, key), {
    error: 'expected the `key` that belongs to `cert`, both readable',
  })
  .refine(({ ca, requestCert }) => !requestCert || ca !== undefined, {
    error: 'expected `ca` beside `requestCert`: whom certificates of clients are to be signed by',
  })
  .describe('HTTPS in place of HTTP');

/** How a listener is to speak TLS: all of it PEM. */
export type ListenerTls = z.output<typeof listenerTls>;

/** The suites of a listener as OpenSSL takes them. Node offers no TLS 1.3 where the list has no suite of it. */
export function formatCiphers({ ciphers }: Pick<ListenerTls, 'ciphers'>): string {
  const named = splitSuites(ciphers);
  return [...named, ...(named.some(isTls13Suite) ? [] : TLS_1_3_SUITES)].join(':');
}

/** The value of `Strict-Transport-Security`; `undefined`: it is not sent. */
export function formatHsts(tls: ListenerTls | undefined): string | undefined {
  if (!tls || tls.hsts === 'off') return undefined;
  const { maxAge, includeSubDomains, preload } = tls.hsts;
  const directives = [`max-age=${Math.floor(maxAge / 1_000)}`];
  if (includeSubDomains) directives.push('includeSubDomains');
  if (preload) directives.push('preload');
  return directives.join('; ');
}

/** Suites by their names: an expression such as `HIGH:!aNULL` would not tell its reader what is offered. */
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
