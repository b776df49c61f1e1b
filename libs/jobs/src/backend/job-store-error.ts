import { EX_CONFIG } from '@trunkline/config';

/**
 * The store of jobs cannot be used as configured. The message names what was expected, what was found and what to set. A process
 * that ends because of it exits with {@link EX_CONFIG}.
 */
export class JobStoreError extends Error {
  override readonly name = 'JobStoreError';
  readonly exitCode = EX_CONFIG;
}
