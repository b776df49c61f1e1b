/** What the systems behind the example bus speak of, in their own words. */

/** Of the CRM. */
export interface Customer {
  readonly customer_id: string;
  readonly name: string;
  readonly email: string;
  readonly tier: string;
}

/** Of the order system. */
export interface Order {
  readonly order_id: string;
  readonly customer_id: string;
  readonly items: readonly { readonly sku: string; readonly quantity: number }[];
  readonly status: string;
}
