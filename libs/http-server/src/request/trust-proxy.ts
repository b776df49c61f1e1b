import { isIP, isIPv6 } from 'node:net';
import { z } from 'zod';

/** Networks that have a name of their own (RFC 3927, RFC 4193 and so on), as Fastify knows them. */
const NAMED_NETWORKS: readonly string[] = ['loopback', 'linklocal', 'uniquelocal'];
const EXPECTED = 'expected an address, a network such as 10.0.0.0/8, or loopback, linklocal or uniquelocal';

/** `bus.http.trustProxy`: whose word on the address of the client is taken. */
export const trustProxyOption = z
  .union([
    z.boolean(),
    z.int({ error: 'expected a whole number of proxies, at least 1' }).min(1),
    z.array(z.string().refine(isNetwork, EXPECTED)).min(1),
  ])
  .default(false)
  .describe(
    'Whose X-Forwarded-For and X-Forwarded-Proto are believed: nobody’s (false), those of so many proxies in front of the bus, or of proxies with these addresses. true believes whatever a client sends',
  );

/**
 * The same in Fastify's words. It takes a number for "nobody", since it cannot know whether clients get past the proxies; whoever
 * writes one here says that they cannot.
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
