import { ValidationFailedError, violationAt } from '@trunkline/failures';
import { toMs } from '@trunkline/time';
import type { ServiceDeclaration } from '../declaration/bus-service';
import type { ShapeValidator } from '../validation/shape-validator';
import { compileInputValidator, compileOutputValidator } from '../validation/compile-validator';
import { findSecretMembers } from '../validation/secret-members';
import type { ServiceConstructor } from '../declaration/service-types';

/** A service that can be invoked: its declaration is compiled and its dependencies are resolved. */
export class RegisteredService {
  readonly name: string;
  readonly validateInput: ShapeValidator | undefined;
  readonly validateOutput: ShapeValidator | undefined;
  readonly timeoutMs: number | undefined;

  constructor(
    readonly declaration: ServiceDeclaration,
    readonly serviceClass: ServiceConstructor,
    readonly dependencies: readonly unknown[] = [],
  ) {
    const { name, input, output, timeout } = declaration;
    this.name = name;
    this.validateInput = input === undefined ? undefined : compileInputValidator(input);
    this.validateOutput = output === undefined ? undefined : compileOutputValidator(output);
    this.timeoutMs = timeout === undefined ? undefined : toMs(timeout);
  }

  /** @throws {ValidationFailedError} when the input of a job has members that its declaration marks as secret */
  assertNoSecrets(input: unknown): void {
    const secrets = findSecretMembers(this.declaration.input, input);
    if (secrets.length === 0) return;
    throw new ValidationFailedError(
      secrets.map((path) =>
        violationAt(path, `${String(path.at(-1))} is secret, and the input of a job is stored: omit it`, 'secret'),
      ),
    );
  }
}
