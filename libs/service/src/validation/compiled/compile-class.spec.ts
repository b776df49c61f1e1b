import 'reflect-metadata';
import { Expose, Transform, Type } from 'class-transformer';
import {
  ArrayNotEmpty,
  IsInt,
  IsOptional,
  IsString,
  Min,
  registerDecorator,
  Validate,
  ValidateIf,
  ValidateNested,
  ValidatorConstraint,
} from 'class-validator';
import { compileClass } from './compile-class';

class Line {
  @IsString()
  readonly sku!: string;

  @IsInt()
  @Min(1)
  readonly quantity: number = 1;
}

class Order {
  @IsOptional()
  @IsString()
  readonly note?: string;

  @ArrayNotEmpty()
  @ValidateNested({ each: true })
  @Type(() => Line)
  readonly lines!: Line[];
}

class Tree {
  @IsString()
  readonly name!: string;

  @ValidateNested({ each: true })
  @Type(() => Tree)
  readonly below: readonly Tree[] = [];
}

describe('a class with the usual decorators', () => {
  it('has instances with the default values of the class for absent members', () => {
    const order = compileClass(Order, 'reject')?.({ lines: [{ sku: 'A' }] });

    expect(order).toStrictEqual(Object.assign(new Order(), { lines: [Object.assign(new Line(), { sku: 'A' })] }));
  });

  it('accepts its own instances, and copies them', () => {
    const line = Object.assign(new Line(), { sku: 'A' });

    const again = compileClass(Line, 'reject')?.(line);

    expect(again).toStrictEqual(line);
    expect(again).not.toBe(line);
  });

  it('may nest itself', () => {
    const check = compileClass(Tree, 'reject');

    expect(check?.({ name: 'a', below: [{ name: 'b', below: [{ name: 'c' }] }] })).toBeInstanceOf(Tree);
    expect(check?.({ name: 'a', below: [{ name: 'b', below: [{ name: 5 }] }] })).toBeUndefined();
  });

  it('leaves undeclared members to class-validator, or strips them', () => {
    const value = { sku: 'A', margin: 0.4 };

    expect(compileClass(Line, 'reject')?.(value)).toBeUndefined();
    expect(compileClass(Line, 'strip')?.(value)).toStrictEqual(Object.assign(new Line(), { sku: 'A' }));
  });
});

@ValidatorConstraint()
class IsKnown {
  validate(): boolean {
    return true;
  }
}

class Transformed {
  @IsString()
  @Transform(({ value }: { readonly value: unknown }) => String(value).trim())
  readonly a!: string;
}
class Exposed {
  @IsString()
  @Expose({ name: 'b' })
  readonly a!: string;
}
class ByClass {
  @Validate(IsKnown)
  readonly a!: string;
}
class Dependent {
  @ValidateNested()
  @Type((about) => (about?.object['isLine'] === true ? Line : Order))
  readonly a!: object;
}
class Accessor {
  @IsString()
  get a(): string {
    return 'a';
  }
}
class NotNestedForSure {
  @ValidateIf(() => false)
  @ValidateNested()
  @Type(() => Line)
  readonly a!: Line;
}
class Untouched {}
class HalfDecorated {
  @IsString()
  readonly a!: string;

  readonly undecorated = 1;
}

describe('validation by class-validator', () => {
  it.each([Transformed, Exposed, ByClass, Dependent, Accessor, Untouched])('is used for the class %p', (declared) => {
    expect(compileClass(declared, 'reject')).toBeUndefined();
  });

  it('is used for a class with a validator declared as asynchronous', () => {
    class Announced {
      readonly a!: string;
    }
    const validator = { validate: () => Promise.resolve(true) };
    registerDecorator({ name: 'x', target: Announced, propertyName: 'a', async: true, validator });

    expect(compileClass(Announced, 'reject')).toBeUndefined();
  });

  it('is used for a class once one of its validators has returned a promise', () => {
    class Unannounced {
      readonly a!: string;
    }
    let calls = 0;
    const validate = async () => (calls += 1) > 0;
    registerDecorator({ name: 'x', target: Unannounced, propertyName: 'a', validator: { validate } });
    const check = compileClass(Unannounced, 'reject');

    expect([check?.({ a: 'a' }), check?.({ a: 'a' }), check?.({ a: 'a' })]).toEqual([undefined, undefined, undefined]);
    expect(calls).toBe(1);
  });

  it('is used for an instance whose class sets a member without decorators', () => {
    expect(compileClass(HalfDecorated, 'strip')?.({ a: 'a' })).toBeUndefined();
  });

  it('is used for an output with an object that may not be validated, whose members are kept', () => {
    expect(compileClass(NotNestedForSure, 'strip')).toBeUndefined();
    expect(compileClass(NotNestedForSure, 'reject')).toBeDefined();
  });
});
