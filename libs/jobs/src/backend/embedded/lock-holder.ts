import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';
import { getErrorCode } from '@trunkline/failures';

const lockHolder = z.object({
  pid: z.number().int().positive(),
  /** Start of the process in clock ticks since boot; absent without /proc. */
  startedAt: z.string().optional(),
  /** The machine and its PID namespace: containers may share a directory, and each has a process 1. */
  host: z.string(),
  since: z.string(),
  socket: z.string(),
  /** The holder is a command, which ends soon. */
  isBrief: z.boolean(),
});

/** The process that holds a directory, as described in its lock file. */
export type LockHolder = z.infer<typeof lockHolder>;

/** Describes this process as the holder of a directory. */
export function describeThisProcess(facts: Pick<LockHolder, 'socket' | 'isBrief'>): LockHolder {
  return {
    pid: process.pid,
    startedAt: readProcessStart(process.pid),
    host: HOST,
    since: new Date().toISOString(),
    ...facts,
  };
}

/** Parses a lock file; `undefined` if it is incomplete, because its writer crashed. */
export function parseLockHolder(text: string): LockHolder | undefined {
  try {
    return lockHolder.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Whether a process is running; `undefined` if it is on another machine or in another PID namespace. */
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
    // Not Linux.
    return '';
  }
}

/** Reads field 22 of /proc/PID/stat. Field 2, in parentheses, may contain spaces. */
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
    // EPERM: it runs under another user.
    return getErrorCode(error) === 'EPERM';
  }
}
