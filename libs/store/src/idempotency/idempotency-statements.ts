/** An arbitrary lock id that no other program uses: the letters "idempote". */
const ADVISORY_LOCK_ID = '7594306392365692005';
/** Number of expired records that one statement removes. */
export const SWEEP_BATCH = 1_000;

/** The SQL statements of a {@link PostgresIdempotencyStore}. */
export interface IdempotencyStatements {
  readonly tableExists: string;
  readonly createTable: string;
  readonly begin: string;
  readonly find: string;
  readonly finish: string;
  readonly release: string;
  readonly sweep: string;
}

/** Creates the statements for the table in a schema. @param schema - default: the first schema of the search path */
export function createStatements(schema: string | undefined): IdempotencyStatements {
  const table = schema === undefined ? 'trunkline_idempotency' : `"${schema}".trunkline_idempotency`;
  return { ...createTableStatements(table, schema), ...createRecordStatements(table) };
}

/** Creates the table in one transaction, since several processes may start with a new database. */
function createTableStatements(
  table: string,
  schema: string | undefined,
): Pick<IdempotencyStatements, 'tableExists' | 'createTable'> {
  return {
    tableExists: `SELECT to_regclass('${table}') IS NOT NULL AS "exists"`,
    createTable: `
SELECT pg_advisory_xact_lock(${ADVISORY_LOCK_ID});${schema === undefined ? '' : createSchemaStatement(schema)}
CREATE TABLE IF NOT EXISTS ${table} (
  key text PRIMARY KEY,
  fingerprint text NOT NULL,
  token text NOT NULL,
  answer text,
  lease_until timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS trunkline_idempotency_expires_at ON ${table} (expires_at)`,
  };
}

function createRecordStatements(table: string): Omit<IdempotencyStatements, 'tableExists' | 'createTable'> {
  return {
    begin: `
INSERT INTO ${table} AS kept (key, fingerprint, token, lease_until, expires_at)
VALUES ($1, $2, $3, now() + $4 * interval '1 ms', now() + greatest($4, $5) * interval '1 ms')
ON CONFLICT (key) DO UPDATE
SET fingerprint = excluded.fingerprint, token = excluded.token, answer = NULL,
    lease_until = excluded.lease_until, expires_at = excluded.expires_at
WHERE kept.expires_at <= now()
RETURNING key`,
    find: `
SELECT fingerprint, answer, lease_until > now() AS "isRunning" FROM ${table}
WHERE key = $1 AND expires_at > now()`,
    finish: `
UPDATE ${table} SET answer = $3, expires_at = now() + $4 * interval '1 ms'
WHERE key = $1 AND token = $2 AND answer IS NULL`,
    release: `DELETE FROM ${table} WHERE key = $1 AND token = $2 AND answer IS NULL`,
    sweep: `
DELETE FROM ${table} WHERE key IN (
  SELECT key FROM ${table} WHERE expires_at <= now()
  ORDER BY expires_at LIMIT ${SWEEP_BATCH} FOR UPDATE SKIP LOCKED
)`,
  };
}

/** Checks first, since `CREATE SCHEMA IF NOT EXISTS` requires the privilege even if the schema exists. */
function createSchemaStatement(schema: string): string {
  return `
DO $$ BEGIN
  IF to_regnamespace('"${schema}"') IS NULL THEN CREATE SCHEMA "${schema}"; END IF;
END $$;`;
}
