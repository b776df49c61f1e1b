import { isIP, isIPv6 } from 'node:net';
import { z } from 'zod';

/** Names of networks that Fastify knows: 127.0.0.0/8 and ::1 (RFC 6890), link-local (RFC 3927) and unique local addresses (RFC 4193). */
const NAMED_NETWORKS: readonly string[] = ['loopback', 'linklocal', 'uniquelocal'];
const EXPECTED = 'expected an address, a network such as 10.0.0.0/8, or loopback, linklocal or uniquelocal';

/** Schema of `bus.http.trustProxy`: the proxies whose forwarding headers are trusted. */
export const trustProxyOption = z
  .union([
    z.boolean(),
    z.int({ error: 'expected a whole number of proxies, at least 1' }).min(1),
    z.array(z.string().refine(isNetwork, EXPECTED)).min(1),
  ])
  .default(false)
  .describe(
    'Proxies whose X-Forwarded-For and X-Forwarded-Proto are trusted: none (false), the number of proxies in front of the bus, or a list of their addresses. true trusts what any client sends',
  );

/**
 * Converts the option to Fastify's `trustProxy`. Fastify trusts no proxy where it gets a number, as clients might bypass the
 * proxies; a number in the configuration asserts that they cannot.
 */
export function toFastifyTrustProxy(
  option: z.infer<typeof trustProxyOption>,
): boolean | string[] | ((address: string, hop: number) => boolean) {
  return typeof option === 'number' ? (_address, hop) => hop < option : option;
}

function isNetwork(text: string): boolean {
  if (NAMED_NETWORKS.includes(text)) return true;
  const [address = '', bits, ...rest] = text.split('/');
  if (isIP(address) === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (isIPv6(address) ? 128 : 32));
}
