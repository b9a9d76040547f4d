import { dirname, join, relative, sep } from "node:path";

/** Where a linted file lies below src/, as "layers/affine.ts"; undefined outside src/. */
export function placeOf(context) {
  const path = relative(context.cwd, context.filename).split(sep).join("/");
  return path.startsWith("src/") ? path.slice("src/".length) : undefined;
}

/** Where a relative import leads, below src/; undefined for packages. */
export function targetOf(place, source) {
  return source.startsWith(".") ? join(dirname(place), source).split(sep).join("/") : undefined;
}

/** Visitors that hear of every import of a file, types and re-exports included: visit(node, source). */
export function forEachImport(visit) {
  const hear = (node, source) => {
    if (typeof source?.value === "string") visit(node, source.value);
  };
  return {
    ImportDeclaration: (node) => hear(node, node.source),
    ImportExpression: (node) => hear(node, node.source),
    ExportAllDeclaration: (node) => hear(node, node.source),
    ExportNamedDeclaration: (node) => hear(node, node.source),
    TSImportType: (node) => hear(node, node.source),
  };
}

/** Whether an identifier means the global of that name, not something declared in the file. */
export function isGlobal(context, identifier, name) {
  if (identifier.type !== "Identifier" || identifier.name !== name) return false;
  let scope = context.sourceCode.getScope(identifier);
  while (scope) {
    const variable = scope.set.get(name);
    if (variable) return variable.defs.length === 0;
    scope = scope.upper;
  }
  return true;
}
