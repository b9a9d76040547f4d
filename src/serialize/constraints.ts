import type { Constraint } from "../nn/parameter.ts";
import { MaxNorm } from "../optim/constraints/max-norm.ts";
import { NonNegative } from "../optim/constraints/non-negative.ts";
import { UnitNorm } from "../optim/constraints/unit-norm.ts";
import { OptionError } from "../tensor/errors.ts";
import { typeNameOf } from "../tensor/type-name.ts";

/** How a constraint stands in a description: its class, and what its constructor is given. */
export interface ConstraintDescription {
  readonly type: string;
  readonly arguments: readonly number[];
}

const NAMES = ["MaxNorm", "NonNegative", "UnitNorm"];

/** @throws OptionError for a constraint that is none of the framework's. */
export function describeConstraint(constraint: Constraint): ConstraintDescription {
  const name = typeNameOf(constraint.constructor);
  if (constraint instanceof MaxNorm) return { type: name, arguments: [constraint.limit] };
  if (constraint instanceof NonNegative || constraint instanceof UnitNorm) return { type: name, arguments: [] };
  const given = `the constraint ${name}`, allowed = `those that files can name: ${NAMES.join(", ")}`;
  throw new OptionError({ where: "description of a network", given, allowed });
}

/** The constraint of this name. @throws OptionError for another name, or arguments it does not take. */
export function makeConstraint(type: unknown, args: readonly unknown[]): Constraint {
  if (type === "MaxNorm") return new MaxNorm(Number(args[0]));
  if (type === "NonNegative") return new NonNegative();
  if (type === "UnitNorm") return new UnitNorm();
  throw new OptionError({ where: "constraint", given: JSON.stringify(type), allowed: NAMES.join(", ") });
}
