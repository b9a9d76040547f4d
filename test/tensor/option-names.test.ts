/** An option is named in its interface and in the list that checkOptions is given: the two agree. */
import { join } from "node:path";
import ts from "typescript";

const root = process.cwd(), { config } = ts.readConfigFile(join(root, "tsconfig.json"), (file) => ts.sys.readFile(file));
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
const entries = ["index", "node", "charts", "pictures", "experiment"].map((name) => join(root, `src/${name}.ts`));
const program = ts.createProgram(entries, { ...options, noEmit: true }), checker = program.getTypeChecker();

/** The names that a type has, a union those of all its members; undefined if nothing is known of it. */
function namesOf(type: ts.Type): readonly string[] | undefined {
  const members = type.isUnion() ? type.types : [type];
  const objects = members.filter(({ flags }) => !(flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null)));
  if (!objects.every(({ flags }) => flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))) return undefined;
  const names = new Set(objects.flatMap((one) => checker.getPropertiesOfType(one).map(({ name }) => name)));
  return names.size === 0 ? undefined : [...names].sort();
}

/** The strings of an array that is written out, of constants spread in it, too; undefined if some are not known. */
function listed(list: ts.Expression): readonly string[] | undefined {
  if (!ts.isArrayLiteralExpression(list)) return undefined;
  const found = list.elements.map((element) => {
    if (ts.isStringLiteral(element)) return [element.text];
    if (!ts.isSpreadElement(element)) return undefined;
    const type = checker.getIndexTypeOfType(checker.getTypeAtLocation(element.expression), ts.IndexKind.Number);
    const members = type?.isUnion() ? type.types : [type];
    const names = members.flatMap((one) => (one?.isStringLiteral() ? [one.value] : []));
    return names.length === members.length ? names : undefined;
  });
  return found.some((one) => one === undefined) ? undefined : found.flatMap((one) => one ?? []).sort();
}

const calls: [where: string, names: readonly string[], list: readonly string[]][] = [];
for (const file of program.getSourceFiles()) {
  if (!file.fileName.startsWith(join(root, "src"))) continue;
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText() === "checkOptions") {
      const [where, given, known] = node.arguments;
      const names = namesOf(checker.getTypeAtLocation(given)), list = listed(known);
      if (names !== undefined && list !== undefined) calls.push([where.getText(), names, list]);
    }
    node.forEachChild(visit);
  };
  visit(file);
}

test("most calls are read", () => {
  expect(calls.length).toBeGreaterThan(60);
});

test.each(calls)("the options of %s", (_, names, list) => {
  expect(list).toEqual(names);
});
