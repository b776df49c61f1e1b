import { getMetadataStorage } from 'class-validator';
import type { RuleMetadata } from '../rule-metadata';
import { isPromise } from '../../invocation/promises';
import type { Members } from './conversion';
import { makePatternStateless } from './stateless-pattern';

/** Whether a value of an instance satisfies a rule. `false` if only class-validator can decide. */
type Rule = (instance: Members, value: unknown) => boolean;

/** `@IsOptional` or `@ValidateIf`: whether the rules of the member apply. */
type Condition = (instance: Members, value: unknown) => unknown;

/** The rules of one member, by their kind. */
export interface MemberRules {
  readonly conditions: readonly Condition[];
  readonly rules: readonly Rule[];
  readonly isNested: boolean;
  /** Whether the rules apply to every value but `null` and `undefined`. */
  readonly isAlwaysChecked: boolean;
}

/** The context of the rules of a class. */
export interface RuleContext {
  readonly targetName: string;
  /** Called when a validator returns a promise. Only validators of users do. */
  readonly onPromise: (promise: PromiseLike<unknown>) => void;
}

/** @returns `undefined` if a rule cannot be compiled */
export function compileMemberRules(all: readonly RuleMetadata[], context: RuleContext): MemberRules | undefined {
  const ofType = (...types: string[]) => all.filter(({ type }) => types.includes(type));
  const conditional = ofType('conditionalValidation');
  const conditions = conditional.map(compileCondition).filter((condition) => condition !== undefined);
  const validations = [...ofType('isDefined'), ...ofType('customValidation')];
  const rules = validations.map((metadata) => compileRule(metadata, context)).filter((rule) => rule !== undefined);
  const nested = ofType('nestedValidation');
  const allowed = ofType('whitelistValidation');
  const compiledCount = conditions.length + rules.length + nested.length + allowed.length;
  if (compiledCount !== all.length) return undefined;
  const isAlwaysChecked = conditional.every(({ name }) => name === 'isOptional');
  return { conditions, rules, isNested: nested.length > 0, isAlwaysChecked };
}

function compileCondition({ constraints }: RuleMetadata): Condition | undefined {
  const condition: unknown = constraints?.[0];
  return typeof condition === 'function' ? (instance, value): unknown => condition(instance, value) : undefined;
}

/**
 * Name of the class that class-validator creates for its own decorators and for plain objects passed to `registerDecorator`. Other
 * validators may be classes that a container instantiates for every call.
 */
const OBJECT_CONSTRAINT_NAME = 'CustomConstraint';

function compileRule(metadata: RuleMetadata, { targetName, onPromise }: RuleContext): Rule | undefined {
  const { constraintCls, constraints, propertyName: property, each, validateIf } = metadata;
  const [constraint, ...more] = getMetadataStorage().getTargetValidatorConstraints(constraintCls);
  if (constraint === undefined || more.length > 0 || constraint.async || constraintCls.name !== OBJECT_CONSTRAINT_NAME)
    return undefined;
  makePatternStateless(metadata);
  const validator = constraint.instance;
  const isTrue = (result: unknown): boolean => {
    if (result === true) return true;
    if (isPromise(result)) onPromise(result);
    return false;
  };
  const accepts: Rule = (instance, value) =>
    isTrue(validator.validate(value, { targetName, property, object: instance, value, constraints }));
  const acceptsEach: Rule = (instance, value) => {
    if (value instanceof Set || value instanceof Map) return false;
    if (!Array.isArray(value)) return accepts(instance, value);
    const validationArguments = { targetName, property, object: instance, value, constraints };
    return value.every((item: unknown) => isTrue(validator.validate(item, validationArguments)));
  };
  const rule = each ? acceptsEach : accepts;
  return validateIf ? (instance, value) => !validateIf(instance, value) || rule(instance, value) : rule;
}
