import type { ShapeDeclaration } from '@trunkline/service';
import { z } from 'zod';
import { isNamesOnly, listMembers, type Member, type Members, type MemberType } from './members-section';

const TYPE_DESCRIPTIONS: Readonly<Record<MemberType, string>> = {
  string: 'a string',
  integer: 'an integer',
  number: 'a number',
  boolean: 'true or false',
};

/** Declares an input: members that are not listed are rejected. */
export function declareInput(members: Members): ShapeDeclaration {
  return isNamesOnly(members) ? members : z.strictObject(createShape(members));
}

/** Declares an output: members that are not listed are left out. */
export function declareOutput(members: Members): ShapeDeclaration {
  return isNamesOnly(members) ? members : z.object(createShape(members));
}

function createShape(members: Members): Record<string, z.ZodType> {
  return Object.fromEntries(listMembers(members).map((member) => [member.name, createSchema(member)]));
}

function createSchema({ name, isOptional, type }: Member): z.ZodType {
  const error = ({ input }: { readonly input?: unknown }) =>
    input === undefined ? `${name} is required` : `${name} must be ${TYPE_DESCRIPTIONS[type]}`;
  const schema = { string: z.string, integer: z.int, number: z.number, boolean: z.boolean }[type]({ error });
  if (isOptional) return schema.optional();
  return schema instanceof z.ZodString ? schema.min(1, { error: `${name} must not be empty` }) : schema;
}
