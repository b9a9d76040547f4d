import ts from "typescript";

/** Interfaces that callers write themselves: an object as the surface has it must be enough. */
const IMPLEMENTED_BY_CALLERS = ["Initializer", "Constraint", "Loss", "Optimizer", "Callback"];
/** What comes below this line of the surface may still be missing. */
const LATER = "// With the layer kit";

const typeParametersOf = (node: { typeParameters?: ts.NodeArray<ts.TypeParameterDeclaration> }) => ({
  declared: node.typeParameters ? `<${node.typeParameters.map((one) => one.getText()).join(", ")}>` : "",
  used: node.typeParameters ? `<${node.typeParameters.map((one) => one.name.text).join(", ")}>` : "",
});

const signature = (node: ts.SignatureDeclaration, result = node.type?.getText() ?? "void") =>
  `(${node.parameters.map((one) => one.getText()).join(", ")}) => ${result}`;

/** Options are compared by name, too: one that nobody takes is assignable, and does nothing. */
function checkOptionNames(node: ts.SignatureDeclaration, name: string, given: string): string[] {
  return node.parameters.flatMap((one, i) => {
    const type = one.type?.getText() ?? "";
    if (!type.includes("{")) return [];
    return [`export const options_${name}_${i} = (name: Names<${type}>): Names<${given}[${i}]> => name;`];
  });
}

/** A member as a property: a method becomes one whose parameters are compared strictly. */
function property(member: ts.ClassElement | ts.TypeElement): string {
  const optional = "questionToken" in member && member.questionToken !== undefined ? "?" : "";
  if (ts.isMethodDeclaration(member) || ts.isMethodSignature(member)) {
    return `${member.name.getText()}${optional}: ${signature(member)};`;
  }
  return member.getText().replace(/^(public|abstract|override)\s+/g, "");
}

function checkClass(node: ts.ClassDeclaration, name: string): string[] {
  const { declared, used } = typeParametersOf(node);
  const isProtected = (one: ts.ClassElement) =>
    ts.canHaveModifiers(one) &&
    ts.getModifiers(one)?.some(({ kind }) => kind === ts.SyntaxKind.ProtectedKeyword);
  const members = node.members.filter((one) => !ts.isConstructorDeclaration(one) && !isProtected(one));
  const parent = node.heritageClauses?.[0].types[0].getText();
  const isAbstract = ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.AbstractKeyword);
  const made = node.members.find(ts.isConstructorDeclaration);
  return [
    `interface S_${name}${declared} { ${members.map(property).join(" ")} }`,
    `export const is_${name} = ${declared}(given: ${name}${used}): S_${name}${used} => given;`,
    ...(parent ? [`export const extends_${name} = (given: ${name}): ${parent} => given;`] : []),
    ...members.flatMap((one) =>
      ts.isMethodDeclaration(one)
        ? checkOptionNames(
            one,
            `${name}_${one.name.getText()}`,
            `Parameters<${name}["${one.name.getText()}"]>`,
          )
        : [],
    ),
    ...(made ? checkOptionNames(made, name, `ConstructorParameters<typeof A.${name}>`) : []),
    ...(isAbstract
      ? []
      : [`export const new_${name}: new ${made ? signature(made, name) : `() => ${name}`} = A.${name};`]),
  ];
}

function checkInterface(node: ts.InterfaceDeclaration, name: string): string[] {
  const checks = [
    `interface S_${name} { ${node.members.map(property).join(" ")} }`,
    `export const gives_${name} = (given: ${name}): S_${name} => given;`,
  ];
  if (!IMPLEMENTED_BY_CALLERS.includes(name)) return checks;
  const members = node.members.map((one) => one.getText()).join(" ");
  return [...checks, `export const takes_${name} = (given: { ${members} }): ${name} => given;`];
}

function checkAlias(node: ts.TypeAliasDeclaration, name: string): string[] {
  // A recursive alias refers to itself by the framework's name, which the other direction then holds to it.
  return [
    `type S_${name} = ${node.type.getText()};`,
    `export const gives_${name} = (given: ${name}): S_${name} => given;`,
    `export const takes_${name} = (given: S_${name}): ${name} => given;`,
  ];
}

/**
 * A module that compiles only if the framework offers each name of the surface, at its type there. The names
 * in its signatures are taken to be the framework's own, so that parameters can be compared strictly.
 */
export function checksOf(surface: string, exported: readonly string[]): string {
  const later = surface.includes(LATER) ? surface.indexOf(LATER) : surface.length;
  const source = ts.createSourceFile("surface.d.ts", surface, ts.ScriptTarget.ES2022, true);
  const names: string[] = [];
  const lines = source.statements.flatMap((node) => {
    if (!ts.isClassDeclaration(node) && !ts.isInterfaceDeclaration(node) && !ts.isTypeAliasDeclaration(node)
      && !ts.isFunctionDeclaration(node)) return [];
    const name = node.name?.text ?? "";
    if (node.getStart() > later && !exported.includes(name)) return [];
    names.push(name);
    if (ts.isClassDeclaration(node)) return checkClass(node, name);
    if (ts.isInterfaceDeclaration(node)) return checkInterface(node, name);
    if (ts.isTypeAliasDeclaration(node)) return checkAlias(node, name);
    return [
      `export const is_${name}: ${signature(node)} = A.${name};`,
      ...checkOptionNames(node, name, `Parameters<typeof A.${name}>`),
    ];
  });
  return [
    `import * as A from "chainrule/node";`, `import type { ${names.join(", ")} } from "chainrule/node";`,
    "type Names<Options> = Options extends object ? keyof Options : never;", ...lines,
  ].join("\n");
}

/** What the compiler says about each of some files, which exist in memory only, beside the project's own. */
export function diagnose(files: Readonly<Record<string, string>>): Record<string, readonly string[]> {
  const { config } = ts.readConfigFile("tsconfig.json", (path) => ts.sys.readFile(path)) as {
    config: unknown;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, process.cwd());
  Object.assign(options, {
    noUncheckedIndexedAccess: true,
    noUnusedLocals: false,
    noUnusedParameters: false,
  });
  const host = ts.createCompilerHost(options);
  const pathOf = (name: string) => `${process.cwd()}/test/${name}.in-memory.ts`;
  const texts = new Map(Object.entries(files).map(([name, text]) => [pathOf(name), text]));
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (path) => texts.has(path) || fileExists(path);
  host.readFile = (path) => texts.get(path) ?? readFile(path);
  host.getSourceFile = (path, ...rest) => {
    const text = texts.get(path);
    return text === undefined
      ? getSourceFile(path, ...rest)
      : ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  };
  const program = ts.createProgram([...texts.keys()], options, host);
  return Object.fromEntries(Object.keys(files).map((name) => {
    const file = program.getSourceFile(pathOf(name));
    const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    return [name, found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))];
  }));
}
