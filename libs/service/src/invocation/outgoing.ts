/**
 * What `this.out` offers. Empty on this floor: the rooms that connect to other systems add themselves by declaration merging.
 */
// oxlint-disable-next-line typescript/no-empty-object-type -- it is there to be merged with
export interface Outgoing {}
