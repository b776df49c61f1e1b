import { duration } from '@trunkline/config';

/** A duration in milliseconds. Timers of Node fire after 1 ms if they are longer than 24 days. */
export const time = () => duration({ min: 1, max: '1d' });
