import { readFile } from 'node:fs/promises';
import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';

const HOSTS_FILE = process.platform === 'win32' ? 'C:\\Windows\\System32\\drivers\\etc\\hosts' : '/etc/hosts';

const LOOPBACK: readonly LookupAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

/** Finds the addresses of a name without a query: in the hosts file (hosts(5)), and for `localhost` (RFC 6761 §6.3). */
export async function findLocalAddresses(name: string, file = HOSTS_FILE): Promise<readonly LookupAddress[]> {
  const wanted = name.toLowerCase();
  const found = (await readLines(file)).flatMap((line) => parseLine(line, wanted));
  const isLoopback = wanted === 'localhost' || wanted.endsWith('.localhost');
  return found.length === 0 && isLoopback ? LOOPBACK : found;
}

async function readLines(file: string): Promise<string[]> {
  try {
    return (await readFile(file, 'utf8')).split('\n');
  } catch {
    // The file may be absent, as in some containers.
    return [];
  }
}

function parseLine(line: string, wanted: string): LookupAddress[] {
  const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
  const family = isIP(address);
  return family !== 0 && names.some((each) => each.toLowerCase() === wanted) ? [{ address, family }] : [];
}
