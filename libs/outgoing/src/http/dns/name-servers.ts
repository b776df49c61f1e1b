import type { LookupAddress } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { getErrorCode } from '@trunkline/failures';
import { NameLookupError } from './name-lookup-error';

/** Time after which a lost packet is sent again. */
const QUERY_TIMEOUT_MS = 500;
/** Longest wait for addresses of IPv6 once there is one of IPv4 (RFC 8305 §3). */
const RESOLUTION_DELAY_MS = 50;

/**
 * Queries the name servers over its own sockets. `dns.lookup` would block one of the few threads of the process instead, so that a few
 * names that hang delay all other lookups.
 *
 * @param servers - default: the current configuration of the machine
 * @throws {NameLookupError} `EAI_AGAIN` when there was no response in time; otherwise the code of the response
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
