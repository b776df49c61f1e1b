import type { getMetadataStorage } from 'class-validator';

/** What class-validator stores for one decorator of a member. */
export type RuleMetadata = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];
