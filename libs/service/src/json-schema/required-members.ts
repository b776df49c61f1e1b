import { plainToInstance } from 'class-transformer';
import * as classValidator from 'class-validator';

/** Names of class-validator's own rules, which depend only on the value. */
const BUILT_IN_RULES: ReadonlySet<string> = new Set(
  Object.values(classValidator).filter((exported): exported is string => typeof exported === 'string'),
);

/**
 * Finds the members whose absence class-validator rejects. Only built-in rules count: a custom rule may accept an absent member
 * depending on others. A member with a default value in the class is not required.
 */
export function findRequiredMembers(declared: new () => object): ReadonlySet<string> {
  try {
    const errors = classValidator.validateSync(plainToInstance(declared, {}), { forbidUnknownValues: false });
    return new Set(
      errors.filter(({ constraints = {} }) => hasBuiltInRule(constraints)).map(({ property }) => property),
    );
  } catch {
    // A rule or a transformation threw for the empty object, so the required members are unknown.
    return new Set();
  }
}

function hasBuiltInRule(constraints: Readonly<Record<string, string>>): boolean {
  return Object.keys(constraints).some((rule) => BUILT_IN_RULES.has(rule));
}
