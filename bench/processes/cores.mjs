// Pins the load generator and the contestants to different cores with `taskset` of util-linux.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const STATUS = '/proc/self/status';

/**
 * Pins this process, and with it the children that it starts without {@link pinCommand}, to the first core that it may use; contestants
 * get the last one.
 *
 * @returns `{ load, contestants, all }` as lists for `taskset`; `undefined` where pinning is impossible
 */
export function pinLoadGenerator() {
  try {
    const allowed = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync(STATUS, 'utf8'))[1];
    const cores = parseCoreList(allowed);
    if (cores.length < 2) return undefined;
    const [load, contestants] = [String(cores[0]), String(cores.at(-1))];
    execFileSync('taskset', ['-a', '-c', '-p', load, String(process.pid)], { stdio: 'ignore' });
    return { load, contestants, all: allowed };
  } catch {
    // Not Linux, or no util-linux: figures are noisier, and the head of the table reports it.
    return undefined;
  }
}

/** Converts `0-2,5` to the numbers of the cores. */
export function parseCoreList(text) {
  return text.split(',').flatMap((range) => {
    const [first, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

/** Creates the command that runs `command` on `cores`; without `cores` it is unchanged. */
export function pinCommand([program, ...parameters], cores) {
  return cores ? ['taskset', '-c', cores, program, ...parameters] : [program, ...parameters];
}
