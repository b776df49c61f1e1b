import { createHash } from 'node:crypto';

/** A Lua script with its SHA-1, by which Redis identifies a known script. */
export interface RedisScript {
  readonly lua: string;
  readonly sha1: string;
}

/** Computes the SHA-1 of a script once, so that calls send the hash instead of the source. */
export function createRedisScript(lua: string): RedisScript {
  return { lua, sha1: createHash('sha1').update(lua).digest('hex') };
}
