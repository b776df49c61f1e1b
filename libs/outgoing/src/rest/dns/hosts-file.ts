import { readFile } from 'node:fs/promises';
import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';

const HOSTS_FILE = process.platform === 'win32' ? 'C:\\Windows\\System32\\drivers\\etc\\hosts' : '/etc/hosts';

const LOOPBACK: readonly LookupAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

/** What the machine itself knows of a name, without asking anybody (hosts(5); RFC 6761 §6.3 for `localhost`). */
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
    // A machine without it, a container say, knows no names.
    return [];
  }
}

function parseLine(line: string, wanted: string): LookupAddress[] {
  const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
  const family = isIP(address);
  return family !== 0 && names.some((each) => each.toLowerCase() === wanted) ? [{ address, family }] : [];
}
