/** A request of a webhook sender, before anything of it is parsed. */
export interface WebhookDelivery {
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The query as sent, with its `?`; empty without one. */
  readonly query: string;
  readonly body: Buffer;
}

/** Returns the value of a header; `undefined` if it is missing. */
export function getHeader({ headers }: WebhookDelivery, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.join(', ');
}

/** Returns the value of a parameter of the query; `undefined` if it is missing. */
export function getQueryParameter({ query }: Pick<WebhookDelivery, 'query'>, name: string): string | undefined {
  return new URLSearchParams(query).get(name) ?? undefined;
}
