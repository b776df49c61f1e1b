/** Result of a statement. Rows of `never` are assignable to the row type that the caller expects. */
export interface PgQueryResult<R = never> {
  readonly rows: R[];
  readonly rowCount: number | null;
}

/** A notification of PostgreSQL's NOTIFY. */
export interface PgNotification {
  readonly channel: string;
  readonly payload: string;
}
