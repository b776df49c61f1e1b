/** Returns the tag of a channel: the first word of its name. */
export function getTag(channel: string): string {
  return /^[^._\s-]*/.exec(channel)?.[0] || channel;
}

/** The tag of the paths of the bus itself. */
export const BUS_TAG = 'bus';
