/** The URL of a store cannot be used. The message says what was expected, and does not repeat the URL: it may hold a password. */
export class StoreUrlError extends TypeError {
  override readonly name = 'StoreUrlError';
}
