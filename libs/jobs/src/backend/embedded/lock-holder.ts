import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';
import { getErrorCode } from '@trunkline/failures';

const lockHolder = z.object({
  pid: z.number().int().positive(),
  /** Clock ticks from the start of the system; absent where there is no /proc. */
  startedAt: z.string().optional(),
  /** The machine and its space of process ids: containers may share a directory, and each has a process 1. */
  host: z.string(),
  since: z.string(),
  socket: z.string(),
  /** A command, which is done in a moment. */
  isBrief: z.boolean(),
});

/** The process that has a directory, as it wrote itself into the lock file. */
export type LockHolder = z.infer<typeof lockHolder>;

/** This process, as the holder of a directory. */
export function describeThisProcess(facts: Pick<LockHolder, 'socket' | 'isBrief'>): LockHolder {
  return {
    pid: process.pid,
    startedAt: readProcessStart(process.pid),
    host: HOST,
    since: new Date().toISOString(),
    ...facts,
  };
}

/** What a lock file says, or `undefined` if that is nothing: its writer ended in the midst of it. */
export function parseLockHolder(text: string): LockHolder | undefined {
  try {
    return lockHolder.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Does this process live? `undefined` where that cannot be seen from here. */
export function isAlive(holder: LockHolder): boolean | undefined {
  if (holder.host !== HOST) return undefined;
  if (!isProcessRunning(holder.pid)) return false;
  const startedAt = readProcessStart(holder.pid);
  return holder.startedAt === undefined || startedAt === undefined || startedAt === holder.startedAt;
}

const HOST = `${hostname()} ${readPidNamespace()}`.trim();

function readPidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    // Not a Linux.
    return '';
  }
}

/** Field 22 of /proc/PID/stat. The name before it, in brackets, may hold blanks. */
function readProcessStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function isProcessRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and is somebody else's.
    return getErrorCode(error) === 'EPERM';
  }
}
