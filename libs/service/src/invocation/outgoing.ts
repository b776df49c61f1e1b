/**
 * The outgoing connections, by kind: `this.out`. The rooms that connect to other systems add their kinds by declaration merging.
 */
// oxlint-disable-next-line typescript/no-empty-object-type -- it exists for declaration merging
export interface Outgoing {}
