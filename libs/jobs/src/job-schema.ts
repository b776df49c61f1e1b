import type * as Preparation from './backend/sql/prepare-schema';

/** The statements that make the tables of jobs in a schema of PostgreSQL, for a user who may run them. They are one transaction. */
export function printJobSchema(schema: string): Promise<string> {
  // BullMQ is loaded by those who need it.
  // oxlint-disable-next-line typescript/no-require-imports -- see above
  const { printStatements }: typeof Preparation = require('./backend/sql/prepare-schema');
  return printStatements(schema);
}
