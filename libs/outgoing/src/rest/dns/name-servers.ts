import type { LookupAddress } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { getErrorCode } from '@trunkline/failures';
import { NameLookupError } from './name-lookup-error';

/** A packet that was lost is sent again this much later. */
const QUERY_TIMEOUT_MS = 500;
/** Once there is an address of IPv4, IPv6 is waited for no longer than this (RFC 8305 §3). */
const RESOLUTION_DELAY_MS = 50;

/**
 * Asks the name servers of the machine over sockets of its own: `dns.lookup` waits in a thread instead, of which the process
 * has two for it, and eight names that hang keep all others waiting for 40 s.
 *
 * @param servers - default: those that the machine is configured with now
 * @throws {NameLookupError} `EAI_AGAIN` when there was no answer in time; else what they answered
 */
export async function queryNameServers(
  name: string,
  limitMs: number,
  servers?: readonly string[],
): Promise<readonly LookupAddress[]> {
  const resolver = new Resolver({ timeout: QUERY_TIMEOUT_MS, tries: 3 });
  if (servers) resolver.setServers(servers);
  const cancel = () => resolver.cancel();
  const timers = [setTimeout(cancel, limitMs)];
  const v4 = resolver.resolve4(name);
  v4.then(
    () => timers.push(setTimeout(cancel, RESOLUTION_DELAY_MS)),
    () => undefined,
  );
  const [found4, found6] = await Promise.allSettled([v4, resolver.resolve6(name)]);
  for (const timer of timers) clearTimeout(timer);
  const found = [...toAddresses(found4, 4), ...toAddresses(found6, 6)];
  if (found.length > 0) return found;
  throw new NameLookupError(found4.status === 'rejected' ? toErrorCode(found4.reason) : 'ENODATA');
}

function toAddresses(found: PromiseSettledResult<string[]>, family: 4 | 6): LookupAddress[] {
  return found.status === 'fulfilled' ? found.value.map((address) => ({ address, family })) : [];
}

function toErrorCode(reason: unknown): string {
  const code = getErrorCode(reason) || 'EAI_FAIL';
  return code === 'ETIMEOUT' || code === 'ECANCELLED' ? 'EAI_AGAIN' : code;
}
