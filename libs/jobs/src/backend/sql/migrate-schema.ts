import { assertSchemaCompatibility, LATEST_SCHEMA_VERSION, runMigrations, SchemaMigrationRequiredError } from 'bullmq';
import type { PgQueryResult } from './pg-query-result';

/** A single session with the database. */
export interface SqlSession {
  query(text: string, params?: readonly unknown[]): Promise<PgQueryResult>;
}

/**
 * Migrates BullMQ's tables to the current version. If they are up to date, it takes one statement, which reads. An existing schema is
 * not created again, so that the user needs the privilege to create schemas only if it is missing.
 */
export async function migrateSchema(session: SqlSession, schema: string): Promise<void> {
  if (await isUpToDate(session, schema)) return;
  const found = await session.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema]);
  await runMigrations(found.rows.length === 0 ? session : skipSchemaCreation(session), schema);
}

/** Generates the SQL that creates BullMQ's tables in a new schema, for `psql`. */
export async function generateSchemaSql(schema: string): Promise<string> {
  const statements: string[] = [];
  const session: SqlSession = {
    query: async (text, params = []) => {
      if (!/^SELECT (?:COALESCE|MAX)/i.test(text))
        statements.push(`${inlineParameters(text.trim(), params).replace(/;$/, '')};`);
      return { rows: [], rowCount: 0 };
    },
  };
  await runMigrations(session, schema, { skipVersionCheck: true });
  return statements.join('\n\n');
}

async function isUpToDate(session: SqlSession, schema: string): Promise<boolean> {
  try {
    return (await assertSchemaCompatibility(session, schema)) >= LATEST_SCHEMA_VERSION;
  } catch (error) {
    if (error instanceof SchemaMigrationRequiredError) return false;
    throw error;
  }
}

/** `CREATE SCHEMA IF NOT EXISTS` needs the privilege even if the schema exists. */
function skipSchemaCreation(session: SqlSession): SqlSession {
  return {
    query: async (text, params) =>
      text.startsWith('CREATE SCHEMA ') ? { rows: [], rowCount: 0 } : session.query(text, params),
  };
}

/** Parameters are numbers, and names of files and schemas. In a statement without any, `$1` belongs to the function it creates. */
function inlineParameters(text: string, params: readonly unknown[]): string {
  if (params.length === 0) return text;
  return text.replaceAll(/\$(\d+)/g, (_reference, position: string) => {
    const value = params[Number(position) - 1];
    return typeof value === 'number' ? String(value) : `'${String(value).replaceAll("'", "''")}'`;
  });
}
