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
  it('becomes instances, with the values that the class itself gives to members that are absent', () => {
    const order = compileClass(Order, 'refused')?.({ lines: [{ sku: 'A' }] });

    expect(order).toStrictEqual(Object.assign(new Order(), { lines: [Object.assign(new Line(), { sku: 'A' })] }));
  });

  it('takes instances of its own, and makes new ones of them', () => {
    const line = Object.assign(new Line(), { sku: 'A' });

    const again = compileClass(Line, 'refused')?.(line);

    expect(again).toStrictEqual(line);
    expect(again).not.toBe(line);
  });

  it('may nest itself', () => {
    const check = compileClass(Tree, 'refused');

    expect(check?.({ name: 'a', below: [{ name: 'b', below: [{ name: 'c' }] }] })).toBeInstanceOf(Tree);
    expect(check?.({ name: 'a', below: [{ name: 'b', below: [{ name: 5 }] }] })).toBeUndefined();
  });

  it('leaves members that it does not declare to class-validator, or out', () => {
    const value = { sku: 'A', margin: 0.4 };

    expect(compileClass(Line, 'refused')?.(value)).toBeUndefined();
    expect(compileClass(Line, 'left out')?.(value)).toStrictEqual(Object.assign(new Line(), { sku: 'A' }));
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

describe('what is left to class-validator', () => {
  it.each([Transformed, Exposed, ByClass, Dependent, Accessor, Untouched])('has no compiled check: %p', (declared) => {
    expect(compileClass(declared, 'refused')).toBeUndefined();
  });

  it('is a class with a validator that is announced as asynchronous', () => {
    class Announced {
      readonly a!: string;
    }
    const validator = { validate: () => Promise.resolve(true) };
    registerDecorator({ name: 'x', target: Announced, propertyName: 'a', async: true, validator });

    expect(compileClass(Announced, 'refused')).toBeUndefined();
  });

  it('is a class with a validator that returns promises, which is asked no more once the first is seen', () => {
    class Unannounced {
      readonly a!: string;
    }
    let calls = 0;
    const validate = async () => (calls += 1) > 0;
    registerDecorator({ name: 'x', target: Unannounced, propertyName: 'a', validator: { validate } });
    const check = compileClass(Unannounced, 'refused');

    expect([check?.({ a: 'a' }), check?.({ a: 'a' }), check?.({ a: 'a' })]).toEqual([undefined, undefined, undefined]);
    expect(calls).toBe(1);
  });

  it('is an instance whose class itself sets a member without decorators', () => {
    expect(compileClass(HalfDecorated, 'left out')?.({ a: 'a' })).toBeUndefined();
  });

  it('is an output of which an object may not be validated, and then keeps its members', () => {
    expect(compileClass(NotNestedForSure, 'left out')).toBeUndefined();
    expect(compileClass(NotNestedForSure, 'refused')).toBeDefined();
  });
});
