import { defineSection } from '@trunkline/config';
import { credential } from '@trunkline/outgoing';
import { z } from 'zod';

/** The section `security:` of the configuration. */
export const securitySection = defineSection({
  key: 'security',
  schema: z.record(z.string().min(1), credential).describe('Security definitions by name'),
});
