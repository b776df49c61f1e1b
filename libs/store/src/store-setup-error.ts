import { EX_CONFIG } from '@trunkline/config';

/** A store is there, and cannot be used as its address says. A process that ends because of it exits with {@link EX_CONFIG}. */
export class StoreSetupError extends Error {
  override readonly name = 'StoreSetupError';
  readonly exitCode = EX_CONFIG;
}
