import 'reflect-metadata';
import { Transform, Type } from 'class-transformer';
import * as rules from 'class-validator';
import fc from 'fast-check';

/** The description of a class, from which it can be created again. */
export interface ClassRecipe {
  readonly members: readonly MemberRecipe[];
  /** Whether every other member is inherited. */
  readonly isInherited: boolean;
}

interface MemberRecipe {
  readonly name: string;
  readonly rules: readonly number[];
  readonly each: boolean;
  readonly validateIf: boolean;
  readonly type: number;
  /** Index of a transformation, or -1. */
  readonly transform: number;
  readonly designType: unknown;
  /** At most one value. */
  readonly initial: readonly unknown[];
  readonly nested: ClassRecipe | undefined;
}

type Decorate = (options: rules.ValidationOptions) => PropertyDecorator;

type Rule = readonly [Decorate, readonly unknown[]];

/** Decorators, each with values that it accepts. */
const USUAL_RULES: readonly Rule[] = [
  [rules.IsString, ['', 'a', 'text']],
  [rules.IsNotEmpty, ['a', 0, false]],
  [rules.IsDefined, ['a', 1]],
  [rules.IsOptional, [null, undefined]],
  [rules.IsInt, [0, 1, -3]],
  [(options) => rules.IsNumber({ allowNaN: false, maxDecimalPlaces: 2 }, options), [1.25, 0, -1]],
  [(options) => rules.IsNumber({ allowNaN: true, allowInfinity: true }, options), [NaN, Infinity, 1.5]],
  [(options) => rules.Min(1, options), [1, 5]],
  [(options) => rules.Max(5, options), [5, -1]],
  [rules.IsPositive, [1]],
  [rules.IsNegative, [-1]],
  [(options) => rules.IsDivisibleBy(5, options), [5, 10]],
  [rules.IsBoolean, [true, false]],
  [rules.IsArray, [[], [1], ['a', 'b']]],
  [(options) => rules.ArrayMinSize(1, options), [[1]]],
  [(options) => rules.ArrayMaxSize(2, options), [[], ['a']]],
  [rules.ArrayNotEmpty, [['a']]],
  [(options) => rules.ArrayUnique(options), [['a', 'b']]],
  [(options) => rules.ArrayContains(['a'], options), [['a', 'b']]],
  [(options) => rules.Length(1, 3, options), ['abc']],
  [(options) => rules.MinLength(2, options), ['abc', 'text']],
  [(options) => rules.MaxLength(3, options), ['', 'abc']],
  [(options) => rules.Matches(/^[a-z]+$/, options), ['abc']],
  [(options) => rules.Matches(/a/g, options), ['a', 'aa']],
  [(options) => rules.IsIn(['a', 1, null], options), ['a', 1, null]],
  [(options) => rules.IsNotIn(['a', 1], options), ['b', 2]],
  [(options) => rules.IsEnum({ A: 'a', B: 'b' }, options), ['a', 'b']],
  [(options) => rules.Equals('a', options), ['a']],
  [(options) => rules.NotEquals('a', options), ['b', 1]],
  [rules.IsEmpty, ['', null, undefined]],
  [rules.IsObject, [{}, { a: [{ b: 1 }] }]],
  [(options) => rules.IsNotEmptyObject({}, options), [{ a: 1 }]],
  [rules.IsDate, ['2026-01-01']],
  [(options) => rules.IsEmail({}, options), ['a@example.com']],
  [(options) => rules.IsUUID('4', options), ['9c858901-8a57-4791-81fe-4c455b099bc9']],
  [(options) => rules.IsISO8601({}, options), ['2026-01-01T00:00:00Z']],
  [(options) => rules.IsDateString({}, options), ['2026-01-01']],
  [(options) => rules.IsUrl({}, options), ['https://example.com/']],
  [(options) => rules.IsNumberString({}, options), ['15']],
  [rules.IsJSON, ['{}']],
  [rules.Allow, ['a', 1, null, {}, [[]]]],
  [(options) => rules.ValidateIf((object: object) => Object.keys(object).length > 1, options), ['a', 1]],
  [(options) => rules.ValidateIf((_, value) => value !== 'text', options), ['text', 'a']],
  [(options) => (target, name) => rules.registerDecorator(createSameAsFirst(target, String(name), options)), ['a', 1]],
];

/** Validators that return promises, declared or not, validators that throw, and a stateful pattern. */
const WILD_RULES: readonly Rule[] = [
  [(options) => createCustomRule(options, async (value) => value === 'a', { async: true }), ['a']],
  [(options) => createCustomRule(options, async (value) => value === 'a' || value === 1), ['a', 1]],
  [(options) => createCustomRule(options, async (value) => assertText(value).length > 0), ['a', 'text']],
  [(options) => createCustomRule(options, (value) => assertText(value).length > 0), ['a', 'text']],
  [(options) => createCustomRule(options, (value) => (value === 5 ? Promise.resolve(false) : true)), ['a', 5]],
  [(options) => rules.Matches(/[a-z]+/y, options), ['a', 'text']],
  [(options) => rules.Matches(/x?t/y, options), ['t', 'text', 'xt']],
  [(options) => rules.ValidateIf((_, value) => assertText(value) !== 'b', options), ['a', 'b']],
];

const RULES: readonly Rule[] = [...USUAL_RULES, ...WILD_RULES];

function createCustomRule(
  options: rules.ValidationOptions,
  validate: (value: unknown) => boolean | Promise<boolean>,
  more: { readonly async?: boolean } = {},
): PropertyDecorator {
  return (target, name) =>
    rules.registerDecorator({
      name: 'custom',
      target: target.constructor,
      propertyName: String(name),
      options,
      validator: { validate },
      ...more,
    });
}

/** @throws {TypeError} for a value that is not a text */
function assertText(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new TypeError('value.trim is not a function');
}

const TRANSFORMS: readonly ((value: unknown) => unknown)[] = [
  (value) => value,
  (value) => assertText(value).trim(),
  (value) => assertText(value).split(','),
  (value) => value === 'true',
  Number,
];

/** A custom validator that reads the whole instance. */
function createSameAsFirst(target: object, propertyName: string, options: rules.ValidationOptions) {
  const validate = (value: unknown, about?: rules.ValidationArguments) =>
    value === Object.values(about?.object ?? {})[0] || about?.property === 'a';
  return { name: 'sameAsFirst', target: target.constructor, propertyName, options, validator: { validate } };
}

const TYPES: readonly (() => new (text: string) => object)[] = [() => Date, () => String, () => Number, () => Boolean];
const NAMES = ['a', 'b', 'c', '1', 'length', 'name'];

/**
 * Kinds of class recipes: `usual` ones have common decorators, which must be compiled; `wild` ones also have custom validators and
 * transformations; `strange` ones have everything.
 */
export type Extent = 'usual' | 'wild' | 'strange';

const DESIGN_TYPES = {
  usual: [undefined, Array, Object],
  wild: [undefined, Array, Object, String, Number, Boolean],
  strange: [undefined, Array, Object, String, Date, Set, Map],
};

export function createClassRecipes(extent: Extent, depth: number): fc.Arbitrary<ClassRecipe> {
  const members = fc.uniqueArray(createMemberRecipes(extent, depth), {
    selector: ({ name }) => name,
    minLength: 1,
    maxLength: 3,
  });
  return fc.record({ members, isInherited: fc.boolean() });
}

function createMemberRecipes(extent: Extent, depth: number): fc.Arbitrary<MemberRecipe> {
  const oneIn = (sides: number) => fc.nat(sides - 1).map((dice) => dice === 0);
  const initial: unknown[] =
    extent !== 'strange' ? ['a', 1, null] : ['a', null, () => 'a', new Set(['a']), new Stranger()];
  return fc.record({
    name: fc.constantFrom(...NAMES),
    rules: fc.array(fc.oneof(...createRuleIndices(extent)), { minLength: 1, maxLength: 2 }),
    each: oneIn(4),
    validateIf: oneIn(10),
    type: extent === 'usual' ? fc.constant(-1) : fc.integer({ min: -20, max: TYPES.length - 1 }),
    transform: extent === 'usual' ? fc.constant(-1) : fc.integer({ min: -20, max: TRANSFORMS.length - 1 }),
    designType: fc.constantFrom<unknown>(...DESIGN_TYPES[extent]),
    initial: fc.oneof({ weight: 8, arbitrary: fc.constant([]) }, fc.tuple(fc.constantFrom(...initial))),
    nested:
      depth === 0
        ? fc.constant(undefined)
        : fc.option(createClassRecipes(extent, depth - 1), { nil: undefined, freq: 2 }),
  });
}

/** Raises the share of wild rules, which would be rare otherwise. */
function createRuleIndices(extent: Extent): [fc.WeightedArbitrary<number>, ...fc.WeightedArbitrary<number>[]] {
  const usual = { weight: 4, arbitrary: fc.nat(USUAL_RULES.length - 1) };
  if (extent === 'usual') return [usual];
  return [usual, { weight: 1, arbitrary: fc.integer({ min: USUAL_RULES.length, max: RULES.length - 1 }) }];
}

/** Creates the class, and the classes that it nests. */
export function createClass({ members, isInherited }: ClassRecipe): new () => object {
  const parent = class {};
  const declared = class extends parent {
    constructor() {
      super();
      for (const { name, initial } of members) if (initial.length > 0) Reflect.set(this, name, initial[0]);
    }
  };
  for (const [index, member] of members.entries())
    decorate(isInherited && index % 2 === 0 ? parent.prototype : declared.prototype, member);
  return declared;
}

function decorate(target: object, { name, nested, ...member }: MemberRecipe): void {
  const validateIf = member.validateIf ? { validateIf: (_: unknown, value: unknown) => value !== 5 } : {};
  const options = { each: member.each, ...validateIf };
  Reflect.defineMetadata('design:type', member.designType, target, name);
  const nestedClass = nested && createClass(nested);
  const createType = nestedClass ? () => nestedClass : TYPES[member.type];
  if (createType) Type(createType)(target, name);
  const transform = TRANSFORMS[member.transform];
  if (transform) Transform(({ value }: { readonly value: unknown }) => transform(value))(target, name);
  if (nested) rules.ValidateNested(options)(target, name);
  for (const index of selectRules({ nested, rules: member.rules })) RULES[index]?.[0](options)(target, name);
}

/** Most rules accept no object: where one is nested, one rule in three is kept. */
function selectRules({ nested, rules: used }: Pick<MemberRecipe, 'nested' | 'rules'>): readonly number[] {
  return nested ? used.filter((index) => index % 3 === 0) : used;
}

/** Values that are mostly valid for a class. */
export function createValues(recipe: ClassRecipe, extent: Extent): fc.Arbitrary<object> {
  const entries = recipe.members.map((member) => fc.tuple(fc.constant(member.name), createValue(member, extent)));
  const present = fc.shuffledSubarray(entries, { minLength: Math.max(0, entries.length - 1) });
  const known = present.chain((all) => fc.tuple(...all));
  const undeclared = fc.tuple(fc.tuple(fc.constantFrom(...UNDECLARED[extent]), WRONG[extent]));
  const more = fc.oneof({ weight: 9, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: undeclared });
  return fc.tuple(known, more).map((all) => Object.fromEntries(all.flat()));
}

function createValue({ nested, rules: used }: MemberRecipe, extent: Extent): fc.Arbitrary<unknown> {
  const samples = fc.constantFrom(...used.flatMap((index) => RULES[index]?.[1] ?? []));
  const one = nested ? createValues(nested, extent) : samples;
  const right = nested ? fc.oneof(one, fc.array(one, { maxLength: 2 })) : one;
  return fc.oneof({ weight: 6, arbitrary: right }, { weight: 1, arbitrary: WRONG[extent] });
}

const scalars = fc.constantFrom<unknown>('', 'a', 'text', '5', 0, 1, -1, 1.5, 1e21, true, false, null);

/** Values of JSON. */
const json: fc.Arbitrary<unknown> = fc.oneof(
  scalars,
  fc.array(fc.oneof(scalars, fc.array(scalars, { maxLength: 2 })), { maxLength: 2 }),
  fc.dictionary(fc.constantFrom(...NAMES), fc.oneof(scalars, fc.dictionary(fc.constantFrom(...NAMES), scalars))),
);

class Stranger {
  readonly a = 'a';
}
class Numbers extends Array<number> {}

/** Values that only code can pass, and malicious JSON. */
const hostile: fc.Arbitrary<unknown> = fc
  .constantFrom<() => unknown>(
    () => undefined,
    () => new Date(0),
    () => new Date(NaN),
    () => new Map([['a', 1]]),
    () => new Set(['a']),
    () => Buffer.from('a'),
    () => new Stranger(),
    () => new Numbers(2),
    () => Object.assign([], { 1: 'a', 3: { a: 1 } }) as unknown,
    () => [new Date(0), [undefined, null]],
    () => Object.assign(Object.create(null) as object, { a: { b: 1 } }),
    () => Object.create({ a: 'inherited' }) as unknown,
    () => JSON.parse('{ "__proto__": { "a": 1 }, "a": "a" }') as unknown,
    () => JSON.parse('{ "constructor": 1 }') as unknown,
    () => ({ constructor: Stranger, a: 'a' }),
    () => ({ toString: 'a', hasOwnProperty: 1 }),
    // oxlint-disable-next-line unicorn/no-thenable -- class-transformer treats it as a promise
    () => ({ then: () => undefined }),
    () => JSON.parse('{ "then": "a" }') as unknown,
    () => ({ [Symbol('a')]: 1, a: 1n }),
    () => ({
      get a() {
        return 'a';
      },
    }),
    () => () => 'a',
    () => Symbol.iterator,
    () => 10n,
    () => Object.freeze(['a']),
    () => new Proxy({ a: 'a' }, {}),
    () => new String('a'),
  )
  .map((make) => make());

const WRONG = {
  usual: json,
  wild: json,
  strange: fc.oneof({ weight: 1, arbitrary: json }, { weight: 5, arbitrary: hostile }),
};
const UNDECLARED = {
  usual: ['more'],
  wild: ['more'],
  strange: ['more', 'toString', 'constructor', '__proto__', 'then'],
};
