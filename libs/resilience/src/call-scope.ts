import type { CancelScope } from '@trunkline/time';

/** What a policy needs of a call: its deadline and its cancellation. A {@link CancelScope} is one. */
export type CallScope = Pick<CancelScope, 'deadline' | 'reason' | 'onCancel'>;
