import type { CancelScope } from '@trunkline/time';

/** What a policy must know of the call it acts for: how long it has left, and when nobody wants it any more. A {@link CancelScope} is one. */
export type CallScope = Pick<CancelScope, 'deadline' | 'reason' | 'onCancel'>;
