/** Leaves in declaration files what the package's entries lead to: the rest is of no use outside, and a hundredth of it. */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";

/** All declaration files by path, parsed when they are first asked for. */
class Types {
  files = new Map();

  of(path) {
    const known = this.files.get(path);
    if (known !== undefined) return known;
    const text = readFileSync(path, "utf8"), source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
    const file = { path, source, declared: new Map(), imported: new Map(), exported: new Map(), all: [], kept: new Set() };
    this.files.set(path, file);
    for (const node of source.statements) this.add(file, node);
    return file;
  }

  add(file, node) {
    const from = this.target(file, node.moduleSpecifier), clause = node.importClause ?? node.exportClause;
    const names = ts.isImportDeclaration(node) ? clause?.namedBindings : clause;
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
      if (names === undefined || !(ts.isNamedImports(names) || ts.isNamedExports(names))) {
        if (ts.isExportDeclaration(node) && from !== undefined && names === undefined) file.all.push(from);
        else if (from !== undefined) this.keepAll(from); // a namespace
        file.kept.add(node);
        return;
      }
      for (const one of names.elements) {
        const name = (one.propertyName ?? one.name).text;
        (ts.isImportDeclaration(node) ? file.imported : file.exported).set(one.name.text, { from, name, one });
      }
      return;
    }
    const declarations = ts.isVariableStatement(node) ? node.declarationList.declarations : [node];
    for (const { name } of declarations) {
      if (name === undefined || !ts.isIdentifier(name)) file.kept.add(node);
      else file.declared.set(name.text, [...file.declared.get(name.text) ?? [], node]);
    }
  }

  target({ path }, specifier) {
    return specifier?.text.startsWith(".") ? join(dirname(path), specifier.text.replace(/\.[jt]s$/, ".d.ts")) : undefined;
  }

  /** Keeps what this name of a file stands for, and all that it is made of. */
  keep(path, name) {
    const file = this.of(path), link = file.exported.get(name);
    if (link !== undefined && !file.kept.has(link.one)) {
      file.kept.add(link.one);
      if (link.from === undefined) this.keepOwn(file, link.name);
      else this.keep(link.from, link.name);
    }
    this.keepOwn(file, name);
    for (const from of file.all) this.keep(from, name);
  }

  keepOwn(file, name) {
    const link = file.imported.get(name);
    if (link !== undefined && !file.kept.has(link.one)) {
      file.kept.add(link.one);
      if (link.from !== undefined) this.keep(link.from, link.name);
    }
    for (const node of file.declared.get(name) ?? []) this.keepNode(file, node);
  }

  keepNode(file, node) {
    if (file.kept.has(node)) return;
    file.kept.add(node);
    const visit = (part) => {
      if (ts.isIdentifier(part)) this.keepOwn(file, part.text);
      if (ts.isImportTypeNode(part)) {
        const from = this.target(file, part.argument.literal), of = part.qualifier;
        if (from !== undefined) this.keepAll(from, of && (ts.isIdentifier(of) ? of : of.left).text);
      }
      ts.forEachChild(part, visit);
    };
    visit(node);
  }

  /** All that a file exports, or one name of it. */
  keepAll(path, name) {
    const file = this.of(path);
    for (const one of name === undefined ? [...file.exported.keys(), ...file.declared.keys()] : [name]) this.keep(path, one);
    for (const from of name === undefined ? file.all : []) this.keepAll(from);
  }

  /** What is left out becomes empty lines: maps of lines stay true. */
  pruned({ source, kept }) {
    const text = source.text, cuts = [];
    for (const node of source.statements) {
      const list = node.importClause?.namedBindings?.elements ?? node.exportClause?.elements;
      if (list === undefined) {
        if (!kept.has(node)) cuts.push([node.getFullStart(), node.end, ""]);
        continue;
      }
      const used = list.filter((one) => kept.has(one));
      if (used.length === 0 && node.moduleSpecifier !== undefined) cuts.push([node.getFullStart(), node.end, ""]);
      else if (used.length > 0 && used.length < list.length) {
        cuts.push([list.pos, list.end, ` ${used.map((one) => one.getText(source)).join(", ")} `]);
      }
    }
    return cuts.reduceRight((all, [from, to, by]) => {
      return all.slice(0, from) + by + all.slice(from, to).replace(/[^\n]/g, "") + all.slice(to);
    }, text);
  }
}

/** Cuts all declaration files that the entries lead to. */
export function pruneTypes(entries) {
  const types = new Types();
  for (const entry of entries) types.keepAll(entry);
  for (const file of types.files.values()) writeFileSync(file.path, types.pruned(file));
}
