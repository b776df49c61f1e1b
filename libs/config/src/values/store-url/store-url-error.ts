/** The URL of a store cannot be used. The message states what is expected, without the URL, which may contain a password. */
export class StoreUrlError extends TypeError {
  override readonly name = 'StoreUrlError';
}
