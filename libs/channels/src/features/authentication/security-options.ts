import { z } from 'zod';

/** `security` of a channel or of the bus: `none`, the name of a definition, or several names. */
export const securityChoice = z
  .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
  .describe('Security definition, or a list of definitions any one of which is enough; none: everyone may call');
