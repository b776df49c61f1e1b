import { createHash } from 'node:crypto';

/** A Lua script, and the name that Redis knows it by once it has seen it. */
export interface RedisScript {
  readonly lua: string;
  readonly sha1: string;
}

/** Names a script once, so that calls send 40 letters rather than all of it. */
export function createRedisScript(lua: string): RedisScript {
  return { lua, sha1: createHash('sha1').update(lua).digest('hex') };
}
