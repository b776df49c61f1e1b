/** The limit of the upstream allows an attempt after `waitMs`, which is later than its deadline. */
export interface CallLimitEvent {
  readonly type: 'callLimitRejected';
  readonly name: string;
  readonly waitMs: number;
  readonly waiting: number;
}
