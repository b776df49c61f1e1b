import { z } from 'zod';
import { secret } from '../secret';
import { checkPostgresUrl } from './postgres-url';
import { parseRedisAddress } from './redis-address';
import { StoreUrlError } from './store-url-error';

/** Adds a check to a schema: a text that is the URL of a Redis or a PostgreSQL must be a usable one. */
export function refineStoreUrl<S extends z.ZodString>(schema: S): S {
  return schema.superRefine((url, context) => {
    const message = findUrlProblem(url);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });
}

/** The URL of a single Redis: `redis://` or `rediss://`. A secret, since it may contain a password. */
export function redisUrl() {
  const form = { error: 'expected a URL that begins with redis:// or rediss://', abort: true };
  return refineStoreUrl(secret().regex(/^rediss?:\/\/\S+$/, form));
}

/** The URL of a PostgreSQL. A secret, since it may contain a password. */
export function postgresUrl() {
  const form = { error: 'expected a URL that begins with postgres:// or postgresql://', abort: true };
  return refineStoreUrl(secret().regex(/^postgres(?:ql)?:\/\/\S+$/, form));
}

function findUrlProblem(url: string): string | undefined {
  try {
    if (url.startsWith('redis')) parseRedisAddress(url);
    if (url.startsWith('postgres')) checkPostgresUrl(url);
    return undefined;
  } catch (error) {
    if (error instanceof StoreUrlError) return error.message;
    throw error;
  }
}
