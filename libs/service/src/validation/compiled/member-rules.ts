import { getMetadataStorage } from 'class-validator';
import type { RuleMetadata } from '../rule-metadata';
import { isThenable, type Members } from './conversion';
import { makePatternStateless } from './stateless-pattern';

/** Does a value of an instance stand up to it? `false` also where only class-validator can tell. */
type Rule = (instance: Members, value: unknown) => boolean;

/** `@IsOptional`, `@ValidateIf`: are the rules of the member to be asked at all? */
type Condition = (instance: Members, value: unknown) => unknown;

/** What stands at one member, by what class-validator does with it. */
export interface MemberRules {
  readonly conditions: readonly Condition[];
  readonly rules: readonly Rule[];
  readonly isNested: boolean;
  /** Only `null` and `undefined` are excepted from the rules. */
  readonly isAlwaysChecked: boolean;
}

/** What the rules of a class share. */
export interface RuleContext {
  readonly targetName: string;
  /** Called when a validator returns a promise, which only those of users do. */
  readonly onPromise: (promise: PromiseLike<unknown>) => void;
}

/** @returns `undefined` where there is one among them that class-validator has to be asked about itself */
export function compileMemberRules(all: readonly RuleMetadata[], context: RuleContext): MemberRules | undefined {
  const ofType = (...types: string[]) => all.filter(({ type }) => types.includes(type));
  const conditional = ofType('conditionalValidation');
  const conditions = conditional.map(compileCondition).filter((condition) => condition !== undefined);
  const asked = [...ofType('isDefined'), ...ofType('customValidation')];
  const rules = asked.map((metadata) => compileRule(metadata, context)).filter((rule) => rule !== undefined);
  const nested = ofType('nestedValidation');
  const allowed = ofType('whitelistValidation');
  const read = conditions.length + rules.length + nested.length + allowed.length;
  if (read !== all.length) return undefined;
  const isAlwaysChecked = conditional.every(({ name }) => name === 'isOptional');
  return { conditions, rules, isNested: nested.length > 0, isAlwaysChecked };
}

function compileCondition({ constraints }: RuleMetadata): Condition | undefined {
  const condition: unknown = constraints?.[0];
  return typeof condition === 'function' ? (instance, value): unknown => condition(instance, value) : undefined;
}

/**
 * class-validator's own decorators, and those that `registerDecorator` makes of a plain object, have a class of this name made
 * for them. Other validators may be classes that a container builds anew for every call.
 */
const OBJECT_CONSTRAINT_NAME = 'CustomConstraint';

function compileRule(metadata: RuleMetadata, { targetName, onPromise }: RuleContext): Rule | undefined {
  const { constraintCls, constraints, propertyName: property, each, validateIf } = metadata;
  const [made, ...more] = getMetadataStorage().getTargetValidatorConstraints(constraintCls);
  if (made === undefined || more.length > 0 || made.async || constraintCls.name !== OBJECT_CONSTRAINT_NAME)
    return undefined;
  makePatternStateless(metadata);
  const validator = made.instance;
  const isTrue = (verdict: unknown): boolean => {
    if (verdict === true) return true;
    if (typeof verdict === 'object' && verdict !== null && isThenable(verdict)) onPromise(verdict);
    return false;
  };
  const accepts: Rule = (instance, value) =>
    isTrue(validator.validate(value, { targetName, property, object: instance, value, constraints }));
  const acceptsEach: Rule = (instance, value) => {
    if (value instanceof Set || value instanceof Map) return false;
    if (!Array.isArray(value)) return accepts(instance, value);
    const about = { targetName, property, object: instance, value, constraints };
    return value.every((item: unknown) => isTrue(validator.validate(item, about)));
  };
  const rule = each ? acceptsEach : accepts;
  return validateIf ? (instance, value) => !validateIf(instance, value) || rule(instance, value) : rule;
}
