import type * as Preparation from './sql/migrate-schema';

/** The statements that make the tables of jobs in a schema of PostgreSQL, for a user who may run them. They are one transaction. */
export function generateJobSchemaSql(schema: string): Promise<string> {
  // BullMQ is loaded by those who need it.
  // oxlint-disable-next-line typescript/no-require-imports -- see above
  const { generateSchemaSql }: typeof Preparation = require('./sql/migrate-schema');
  return generateSchemaSql(schema);
}
