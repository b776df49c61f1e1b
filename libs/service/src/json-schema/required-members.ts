import { plainToInstance } from 'class-transformer';
import * as classValidator from 'class-validator';

/** Names of the rules that class-validator brings along, which depend on the value alone. */
const BUILT_IN_RULES: ReadonlySet<string> = new Set(
  Object.values(classValidator).filter((exported): exported is string => typeof exported === 'string'),
);

/**
 * Members of a class without which class-validator refuses an otherwise empty object. Only rules of its own count: a custom rule
 * may accept an absent member beside others. A member to which the class itself gives a value is not among them.
 */
export function findRequiredMembers(declared: new () => object): ReadonlySet<string> {
  try {
    const errors = classValidator.validateSync(plainToInstance(declared, {}), { forbidUnknownValues: false });
    return new Set(
      errors.filter(({ constraints = {} }) => hasBuiltInRule(constraints)).map(({ property }) => property),
    );
  } catch {
    // A rule or a transformation that does not expect an empty object: which members it needs is not known.
    return new Set();
  }
}

function hasBuiltInRule(constraints: Readonly<Record<string, string>>): boolean {
  return Object.keys(constraints).some((rule) => BUILT_IN_RULES.has(rule));
}
