import { z } from 'zod';

const EXPECTED = 'expected a secret, as text that is not empty';

/**
 * A text that is never shown: not in a problem, and not in a log, which replaces what `LoadedConfig.secrets` lists.
 * Wherever a schema has this block, and be it in one branch of a union, what stands at that place is a secret.
 */
export function secret() {
  return z.string({ error: EXPECTED }).min(1, { error: EXPECTED }).meta({ title: 'secret', writeOnly: true });
}
