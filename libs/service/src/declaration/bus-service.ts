import 'reflect-metadata';
import type { ServiceOptions, ShapeDeclaration, ShapeOf } from './declaration';
import { assertServiceName } from './service-name';
import type { InputOf, OutputOf, ServiceClass } from './service-types';

/** Metadata key of the options of `@BusService`; readable with Nest's `Reflector`. */
export const SERVICE_METADATA = Symbol.for('trunkline.service');

/** The options of `@BusService`, without their type parameters. */
export type ServiceDeclaration = ServiceOptions<ShapeDeclaration | undefined, ShapeDeclaration | undefined>;

/** The compile error where the decorator and the generics of the class disagree. */
interface DeclarationMismatch<What extends string, Declared, InClass> {
  readonly 'the decorator and the class disagree on': What;
  readonly 'the decorator lets through': Declared;
  readonly 'the class says': InClass;
}

type InputFits<C, D> = D extends undefined
  ? C
  : ShapeOf<D> extends InputOf<C>
    ? C
    : DeclarationMismatch<'input', ShapeOf<D>, InputOf<C>>;
type OutputFits<C, D> = D extends undefined
  ? C
  : OutputOf<C> extends ShapeOf<D> | AsyncIterable<ShapeOf<D>>
    ? C
    : DeclarationMismatch<'output', ShapeOf<D>, OutputOf<C>>;

/**
 * Declares a class as a service of the bus. It is a plain function of a class, so that JavaScript can call it:
 * `module.exports = BusService({ name: 'a.b' })(class extends Service { … })`.
 *
 * @throws {TypeError} for an invalid name
 */
export function BusService<
  const Input extends ShapeDeclaration | undefined = undefined,
  const Output extends ShapeDeclaration | undefined = undefined,
>(
  options: ServiceOptions<Input, Output>,
): <C extends ServiceClass>(target: C & InputFits<C, Input> & OutputFits<C, Output>) => C {
  assertServiceName(options.name);
  return (target) => {
    Reflect.defineMetadata(SERVICE_METADATA, options, target);
    return target;
  };
}

/** Finds the options of `@BusService` on a class; `undefined` for other classes, including undeclared subclasses of services. */
export function findServiceDeclaration(target: object): ServiceDeclaration | undefined {
  const declaration: ServiceDeclaration | undefined = Reflect.getOwnMetadata(SERVICE_METADATA, target);
  return declaration;
}
