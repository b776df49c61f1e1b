/** A hold of the connection `name`. */
export type HoldEvent =
  /** The upstream has requested no calls for `askedMs`; the hold lasts `forMs`. */
  | { readonly type: 'holdBegan'; readonly name: string; readonly forMs: number; readonly askedMs: number }
  /** The upstream has extended a hold: no calls for `askedMs` from now on; the hold lasts `forMs`. */
  | { readonly type: 'holdExtended'; readonly name: string; readonly forMs: number; readonly askedMs: number }
  /** The first call after a hold of `lastedMs` is admitted. */
  | { readonly type: 'holdEnded'; readonly name: string; readonly lastedMs: number };
