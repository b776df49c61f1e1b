import { type Caller, createCallerKey } from '@trunkline/security';
import { z } from 'zod';

/** By whom a job was made: it is theirs to ask for. */
export interface JobOwner {
  /** Name of the channel, whose security holds for its jobs, too. */
  readonly channel: string;
  /** The caller; `undefined` where the channel is open, so that whoever knows the id may ask. */
  readonly caller: string | undefined;
}

const ownerSchema = z.tuple([z.string(), z.string().nullable()]);

/** As the store keeps it. */
export function serializeOwner({ channel, caller }: JobOwner): string {
  return JSON.stringify([channel, caller ?? null]);
}

/** `undefined` for a job that no channel has made. */
export function parseOwner(text: string | undefined): JobOwner | undefined {
  try {
    const [channel, caller] = ownerSchema.parse(JSON.parse(text ?? ''));
    return { channel, caller: caller ?? undefined };
  } catch {
    // Services may name owners of their own.
    return undefined;
  }
}

/** A caller as an owner. */
export function toOwnerCaller(caller: Caller | undefined): string | undefined {
  return caller && createCallerKey(caller);
}
