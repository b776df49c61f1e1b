/** What a statement brings. Rows of `never` fit whatever the statement's author knows them to be. */
export interface PgQueryResult<R = never> {
  readonly rows: R[];
  readonly rowCount: number | null;
}

/** One NOTIFY. */
export interface PgNotification {
  readonly channel: string;
  readonly payload: string;
}
