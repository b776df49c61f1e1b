import 'reflect-metadata';

const SECRETS = Symbol.for('trunkline.secrets');

/**
 * Marks a member of a class as secret: jobs reject an input that has it. For zod schemas, use `.meta({ secret: true })`.
 */
export function Secret(): PropertyDecorator {
  return (prototype: object | undefined, name) => {
    if (prototype === undefined) {
      throw new TypeError(
        '@Secret() is compiled without "experimentalDecorators": set that and "emitDecoratorMetadata" to true in tsconfig.json',
      );
    }
    Reflect.defineMetadata(SECRETS, [...findSecretNames(prototype), name], prototype);
  };
}

/** Lists the members that the class of a prototype, or a parent class, marks as secret. */
export function findSecretNames(prototype: object): readonly PropertyKey[] {
  const names: readonly PropertyKey[] | undefined = Reflect.getMetadata(SECRETS, prototype);
  return names ?? [];
}
