import type * as Preparation from './sql/migrate-schema';

/** Generates the SQL that creates the tables of jobs in a PostgreSQL schema, for users who may run it. It is one transaction. */
export function generateJobSchemaSql(schema: string): Promise<string> {
  // Loads BullMQ only when it is needed.
  // oxlint-disable-next-line typescript/no-require-imports -- see above
  const { generateSchemaSql }: typeof Preparation = require('./sql/migrate-schema');
  return generateSchemaSql(schema);
}
