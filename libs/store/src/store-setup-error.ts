import { EX_CONFIG } from '@trunkline/config';

/** A store cannot be used as configured. The process exits with {@link EX_CONFIG}. */
export class StoreSetupError extends Error {
  override readonly name = 'StoreSetupError';
  readonly exitCode = EX_CONFIG;
}
