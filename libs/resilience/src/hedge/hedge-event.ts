/** Extra attempt number `extra` (from 1) of the connection `name` has started, because there was no response for `afterMs`. */
export interface HedgeEvent {
  readonly type: 'hedged';
  readonly name: string;
  readonly extra: number;
  readonly afterMs: number;
}
