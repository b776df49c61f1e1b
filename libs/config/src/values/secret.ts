import { z } from 'zod';

const EXPECTED = 'expected a secret, as text that is not empty';

/**
 * A text that is never shown, neither in a problem nor in a log, which masks the values in `LoadedConfig.secrets`.
 * A value is secret if any branch of its schema has this block.
 */
export function secret() {
  return z.string({ error: EXPECTED }).min(1, { error: EXPECTED }).meta({ title: 'secret', writeOnly: true });
}
