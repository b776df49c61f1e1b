import { type Caller, createCallerKey } from '@trunkline/security';
import { z } from 'zod';

/** The client that submitted a job, which alone may read it. */
export interface JobOwner {
  /** Name of the channel, whose security applies to its jobs. */
  readonly channel: string;
  /** The caller; `undefined` on an open channel, where every client with the id may read the job. */
  readonly caller: string | undefined;
}

const ownerSchema = z.tuple([z.string(), z.string().nullable()]);

/** Converts an owner to the text that the store keeps. */
export function serializeOwner({ channel, caller }: JobOwner): string {
  return JSON.stringify([channel, caller ?? null]);
}

/** Parses an owner; `undefined` for a job that no channel has submitted. */
export function parseOwner(text: string | undefined): JobOwner | undefined {
  try {
    const [channel, caller] = ownerSchema.parse(JSON.parse(text ?? ''));
    return { channel, caller: caller ?? undefined };
  } catch {
    // Services may set other owners.
    return undefined;
  }
}

/** Converts a caller to that of an owner. */
export function toOwnerCaller(caller: Caller | undefined): string | undefined {
  return caller && createCallerKey(caller);
}
