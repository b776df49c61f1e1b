import { z } from 'zod';

/** The name of a schema in PostgreSQL, valid without quotes. */
export const schemaName = z
  .string()
  .regex(/^[a-z_][a-z0-9_]{0,62}$/, 'expected a name of a-z, 0-9 and _, at most 63 characters')
  .meta({ title: 'name' });
