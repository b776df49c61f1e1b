import 'reflect-metadata';

const SECRETS = Symbol.for('trunkline.secrets');

/**
 * Marks a member of a class as secret: an input that has it is not kept in jobs. Schemas of zod say it with
 * `.meta({ secret: true })`.
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

/** Names of the members of an instance that its class, or one above it, marks as secret. */
export function findSecretNames(prototype: object): readonly PropertyKey[] {
  const names: readonly PropertyKey[] | undefined = Reflect.getMetadata(SECRETS, prototype);
  return names ?? [];
}
