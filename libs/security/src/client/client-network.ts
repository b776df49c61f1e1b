import { isIPv4, isIPv6 } from 'node:net';

/** Groups of 16 bits in an IPv6 address, and in its network half. */
const GROUP_COUNT = 8;
const NETWORK_GROUP_COUNT = 4;
const ADDRESS_WITH_PORT = /^(?:\[([^\]]*)\]|([\d.]+))(?::\d{1,5})?$/;
const ZONE = /%.*$/;

/**
 * Finds the network of a client, the part of its address that it cannot change at will: its IPv4 address, or the /64 of its IPv6 address,
 * the smallest network of a customer (RFC 6177). All spellings of an address give the same text, including IPv4-mapped addresses
 * (RFC 4291 §2.5.5.2). Any other text of a proxy is returned unchanged.
 *
 * @param address - address of a socket, or of `X-Forwarded-For`, to which some proxies append the port
 */
export function findClientNetwork(address: string): string {
  if (isIPv4(address)) return address;
  const [, bracketed, dotted] = ADDRESS_WITH_PORT.exec(address) ?? [];
  const bare = bracketed ?? dotted ?? address;
  if (!isIPv6(bare)) return bare;
  const groups = parseGroups(bare.replace(ZONE, ''));
  return findMappedAddress(groups) ?? formatNetwork(groups);
}

/** Finds the IPv4 address in `::ffff:0:0/96`. */
function findMappedAddress(groups: readonly number[]): string | undefined {
  const [high = 0, low = 0] = groups.slice(-2);
  const isMapped =
    groups[GROUP_COUNT - 3] === 0xff_ff && groups.slice(0, GROUP_COUNT - 3).every((group) => group === 0);
  return isMapped ? [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.') : undefined;
}

function formatNetwork(groups: readonly number[]): string {
  return `${groups
    .slice(0, NETWORK_GROUP_COUNT)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
}

function parseGroups(address: string): readonly number[] {
  const [head = '', tail] = address.split('::');
  const first = parsePart(head);
  if (tail === undefined) return first;
  const last = parsePart(tail);
  return [...first, ...Array.from({ length: GROUP_COUNT - first.length - last.length }, () => 0), ...last];
}

/** An IPv4 address at the end replaces two groups. */
function parsePart(part: string): readonly number[] {
  if (part === '') return [];
  return part.split(':').flatMap((group) => (group.includes('.') ? parseDotted(group) : [Number.parseInt(group, 16)]));
}

function parseDotted(address: string): readonly number[] {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  return [a * 256 + b, c * 256 + d];
}
