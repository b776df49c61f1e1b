import { z } from 'zod';

const MEMBER_TYPES = ['string', 'integer', 'number', 'boolean'] as const;

/** Type of a member in YAML. */
export type MemberType = (typeof MEMBER_TYPES)[number];

const name = z.string().regex(/^-?[^-]/, { error: 'expected a name such as sku, or -sku where it is optional' });
const typedNames = z
  .record(name, z.enum(MEMBER_TYPES).describe('Type of the member'))
  .refine((types) => Object.keys(types).length > 0, { error: 'expected at least one name with its type' })
  .describe('Names with their types; a dash before a name makes the member optional');

/** Members of an input or output: names of strings, names with their types, or a list of both. */
export const members = z.union([name, z.array(z.union([name, typedNames])).min(1), typedNames], {
  error: 'expected names such as sku, or names with their types such as { quantity: integer }',
});

/** Configured members. */
export type Members = z.output<typeof members>;

/** One member of an input or output. */
export interface Member {
  readonly name: string;
  readonly isOptional: boolean;
  readonly type: MemberType;
}

/** Lists the declared members in order. */
export function listMembers(declared: Members): readonly Member[] {
  return [declared].flat().flatMap((item) => {
    if (typeof item === 'string') return [createMember(item, 'string')];
    return Object.entries(item).map(([written, type]) => createMember(written, type));
  });
}

/** Whether all members are names of strings, which services declare without a schema. */
export function isNamesOnly(declared: Members): declared is string | string[] {
  return [declared].flat().every((item) => typeof item === 'string');
}

function createMember(written: string, type: MemberType): Member {
  const isOptional = written.startsWith('-');
  return { name: isOptional ? written.slice(1) : written, isOptional, type };
}
