import { EX_CONFIG } from '@trunkline/config';

/**
 * The store of jobs cannot be used as it is set up. The message says what was expected, what came and what to set; a process
 * that ends because of it exits with {@link EX_CONFIG}.
 */
export class JobStoreError extends Error {
  override readonly name = 'JobStoreError';
  readonly exitCode = EX_CONFIG;
}
