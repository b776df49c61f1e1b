import { isIPv4, isIPv6 } from 'node:net';

/** Groups of 16 bits in the half of an IPv6 address that names a network. */
const NETWORK_GROUPS = 4;
const WITH_PORT = /^(?:\[([^\]]*)\]|([\d.]+))(?::\d{1,5})?$/;
const MAPPED = /^(?:0{0,4}:){0,5}:?ffff:([\d.]+)$/i;

/**
 * Where a client is, as far as it cannot change it at will: its IPv4 address, or the /64 of its IPv6 address, which is the least
 * that one customer is given (RFC 6177). Anything else, from a proxy that writes something of its own, stays as it is.
 *
 * @param address - of a socket, or of `X-Forwarded-For`, where some proxies add the port
 */
export function clientNetworkOf(address: string): string {
  if (isIPv4(address)) return address;
  const [, bracketed, dotted] = WITH_PORT.exec(address) ?? [];
  const bare = bracketed ?? dotted ?? address;
  const [, mapped] = MAPPED.exec(bare) ?? [];
  if (mapped !== undefined && isIPv4(mapped)) return mapped;
  return isIPv6(bare) ? networkOf(bare) : bare;
}

function networkOf(address: string): string {
  const [head = '', tail = ''] = address.toLowerCase().split('::');
  const first = groupsOf(head);
  const missing = address.includes('::') ? 8 - first.length - groupsOf(tail).length : 0;
  const groups = [...first, ...Array.from({ length: missing }, () => '0'), ...groupsOf(tail)];
  return `${groups.slice(0, NETWORK_GROUPS).map(shortest).join(':')}::/64`;
}

/** An IPv4 address at the end takes the place of two groups. */
function groupsOf(part: string): readonly string[] {
  if (part === '') return [];
  return part.split(':').flatMap((group) => (group.includes('.') ? ['0', '0'] : [group]));
}

function shortest(group: string): string {
  return group.replace(/^0+(?=.)/, '');
}
