/** Records of the upstreams, with their wire names. */

/** A record of the CRM. */
export interface Customer {
  readonly customer_id: string;
  readonly name: string;
  readonly email: string;
  readonly tier: string;
}

/** A record of the order system. */
export interface Order {
  readonly order_id: string;
  readonly customer_id: string;
  readonly items: readonly { readonly sku: string; readonly quantity: number }[];
  readonly status: string;
}
