import { join, relative } from "node:path";
import ts from "typescript-6";
import { entries, root } from "../entries.mjs";

/**
 * What the docstrings of the package say, entry by entry: material for the pages of docs/api and for the tests of
 * docstrings. It reads the sources, so that it needs no build.
 *
 * @typedef {{ name: string, text: string }} Parameter
 * @typedef {{ text: string, parameters: Parameter[], throws: string[], examples: string[] }} Docs
 * @typedef {{ name: string, signature: string, docs: Docs, file: string, line: number }} Member
 * @typedef {"hook" | "component" | "options" | "function" | "class" | "constant" | "type"} Kind
 * @typedef {{ name: string, kind: Kind, signatures: string[], docs: Docs, members: Member[], file: string, line: number }} Export
 * @typedef {{ name: string, text: string, exports: Export[] }} Entry
 */

const LONGEST_LINE = 100;

/** @returns {Entry[]} */
export function readEntries() {
  const program = createProgram();
  return entries.map((entry) => readEntry(program, entry));
}

function createProgram() {
  const config = join(root, "tsconfig.build.json");
  const { config: json } = ts.readConfigFile(config, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(json, ts.sys, root);
  return ts.createProgram(
    entries.map(({ source }) => join(root, source)),
    { ...options, noEmit: true, emitDeclarationOnly: false },
  );
}

/** @param {ts.Program} program @param {{ name: string, source: string }} entry @returns {Entry} */
function readEntry(program, { name, source }) {
  const file = program.getSourceFile(join(root, source));
  const checker = program.getTypeChecker();
  const module = file && checker.getSymbolAtLocation(file);
  if (!file || !module) throw new Error(`${source} is no module.`);
  const exports = checker.getExportsOfModule(module).map((symbol) => readExport(checker, symbol));
  return { name, text: moduleText(file), exports: exports.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

/** @param {ts.SourceFile} file the comment with `@packageDocumentation` */
function moduleText(file) {
  const [, comment = ""] = /^\/\*\*([\s\S]*?@packageDocumentation[\s\S]*?)\*\//.exec(file.text) ?? [];
  const text = comment.replace(/^\s*\* ?/gm, "");
  return text.slice(0, text.search(/^@/m)).trim();
}

/** @param {ts.TypeChecker} checker @param {ts.Symbol} exported @returns {Export} */
function readExport(checker, exported) {
  const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  const declarations = symbol.declarations ?? [];
  const [first] = declarations;
  if (!first) throw new Error(`${exported.name} is declared nowhere.`);
  return {
    name: exported.name,
    kind: kindOf(exported.name, first),
    signatures: publicOnes(declarations).map((declaration) => signatureOf(checker, declaration)),
    docs: docsOf(checker, symbol),
    members: membersOf(checker, first),
    ...placeOf(first),
  };
}

/** @param {ts.Node} node */
function placeOf(node) {
  const source = node.getSourceFile();
  const { line } = source.getLineAndCharacterOfPosition(node.getStart());
  return { file: relative(root, source.fileName).replaceAll("\\", "/"), line: line + 1 };
}

/**
 * The implementation of an overloaded function is nobody's business.
 * @param {ts.Declaration[]} declarations
 */
function publicOnes(declarations) {
  const overloads = declarations.filter((one) => ts.isFunctionLike(one) && !("body" in one && one.body));
  return overloads.length > 0 ? overloads : declarations.slice(0, 1);
}

/** @param {string} name @param {ts.Declaration} declaration @returns {Kind} */
function kindOf(name, declaration) {
  if (ts.isClassDeclaration(declaration)) return "class";
  if (ts.isVariableDeclaration(declaration)) return isComponent(name, declaration) ? "component" : "constant";
  if (!ts.isFunctionDeclaration(declaration)) return "type";
  if (/^use[A-Z]/.test(name)) return "hook";
  if (/(Query|Mutation)Options$/.test(name)) return "options";
  return /^[A-Z]/.test(name) ? "component" : "function";
}

/** @param {string} name @param {ts.VariableDeclaration} declaration */
function isComponent(name, declaration) {
  return /^[A-Z][a-z]/.test(name) && /memo\(|forwardRef\(/.test(declaration.initializer?.getText() ?? "");
}

/** @param {ts.TypeChecker} checker @param {ts.Symbol} symbol @returns {Docs} */
function docsOf(checker, symbol) {
  /** @type {Docs} */
  const docs = {
    text: textOf(symbol.getDocumentationComment(checker)),
    parameters: [],
    throws: [],
    examples: [],
  };
  for (const { name, text } of symbol.getJsDocTags(checker)) {
    const said = textOf(text).trim();
    if (name === "throws") docs.throws.push(said);
    if (name === "example") docs.examples.push(said.replace(/^```\w*\n|\n```$/g, ""));
    if (name === "param") docs.parameters.push(parameterOf(said));
  }
  return docs;
}

/** @param {string} said @returns {Parameter} */
function parameterOf(said) {
  const [, name = "", text = ""] = /^(\S+)\s*([\s\S]*)$/.exec(said) ?? [];
  return { name, text };
}

/** Links stay as they are written: `{@link name}`. @param {ts.SymbolDisplayPart[] | undefined} parts */
const textOf = (parts) => (parts ?? []).map(({ text }) => text).join("");

/** @param {string} text */
const inOneLine = (text) => text.replace(/\s*\n\s*/g, " ").replace(/^\| /, "");

/** What a declaration looks like to its user. @param {ts.TypeChecker} checker @param {ts.Declaration} declaration */
function signatureOf(checker, declaration) {
  const name = /** @type {ts.NamedDeclaration} */ (declaration).name?.getText() ?? "";
  if (ts.isFunctionDeclaration(declaration)) return `function ${callOf(checker, name, declaration)}`;
  if (ts.isVariableDeclaration(declaration)) return constantOf(checker, name, declaration);
  if (ts.isInterfaceDeclaration(declaration) || ts.isClassDeclaration(declaration))
    return headOf(declaration);
  return declaration.getText().replace(/^export /, "");
}

/** @param {ts.InterfaceDeclaration | ts.ClassDeclaration} declaration */
function headOf(declaration) {
  const word = ts.isClassDeclaration(declaration) ? "class" : "interface";
  const heritage = (declaration.heritageClauses ?? []).map((clause) => ` ${clause.getText()}`).join("");
  return `${word} ${declaration.name?.getText()}${typeParametersOf(declaration)}${heritage}`;
}

/** @param {ts.TypeChecker} checker @param {string} name @param {ts.VariableDeclaration} declaration */
function constantOf(checker, name, declaration) {
  const { initializer, type } = declaration;
  if (listedObject(declaration)) return `const ${name}`;
  const isValue = initializer && (ts.isLiteralExpression(initializer) || initializer.getText().length < 60);
  if (!type && isValue && !ts.isCallExpression(initializer))
    return `const ${name} = ${initializer.getText()}`;
  return `const ${name}: ${type?.getText() ?? typeText(checker, checker.getTypeAtLocation(declaration), declaration)}`;
}

/** @param {{ typeParameters?: ts.NodeArray<ts.TypeParameterDeclaration> }} declaration */
function typeParametersOf({ typeParameters }) {
  return typeParameters ? `<${typeParameters.map((one) => one.getText()).join(", ")}>` : "";
}

/**
 * @param {ts.TypeChecker} checker @param {string} name
 * @param {ts.FunctionDeclaration | ts.MethodSignature | ts.MethodDeclaration | ts.ConstructorDeclaration} declaration
 */
function callOf(checker, name, declaration) {
  const parameters = declaration.parameters.map((parameter) => parameterText(checker, parameter));
  const result = ts.isConstructorDeclaration(declaration) ? "" : `: ${resultOf(checker, declaration)}`;
  const head = `${name}${typeParametersOf(declaration)}`;
  const line = `${head}(${parameters.join(", ")})${result}`;
  if (line.length <= LONGEST_LINE || parameters.length === 0) return line;
  return `${head}(\n${parameters.map((one) => `  ${one},\n`).join("")})${result}`;
}

/** @param {ts.TypeChecker} checker @param {ts.ParameterDeclaration} parameter */
function parameterText(checker, parameter) {
  const { name, type, initializer, questionToken, dotDotDotToken } = parameter;
  const called = ts.isIdentifier(name) ? name.text : nameOfPattern(parameter);
  const isOptional = initializer !== undefined || questionToken !== undefined;
  const what = type
    ? inOneLine(stripComments(type.getText()))
    : typeText(checker, checker.getTypeAtLocation(parameter), parameter);
  return `${dotDotDotToken ? "..." : ""}${called}${isOptional ? "?" : ""}: ${what}`;
}

/** What is taken apart has no name of its own: it is called by its type. @param {ts.ParameterDeclaration} parameter */
function nameOfPattern({ type }) {
  const name = type && ts.isTypeReferenceNode(type) ? type.typeName.getText() : "";
  if (name.endsWith("Props")) return "props";
  return name.endsWith("Query") ? "query" : "options";
}

/** @param {ts.TypeChecker} checker @param {ts.SignatureDeclaration} declaration */
function resultOf(checker, declaration) {
  if (declaration.type) return inOneLine(declaration.type.getText());
  const options = writtenOptionsOf(declaration);
  if (options) return options;
  const signature = checker.getSignatureFromDeclaration(declaration);
  return signature ? typeText(checker, signature.getReturnType(), declaration) : "unknown";
}

/** @param {ts.TypeChecker} checker @param {ts.Type} type @param {ts.Node} at */
function typeText(checker, type, at) {
  const text = checker.typeToString(type, at, ts.TypeFormatFlags.NoTruncation);
  return optionsOf(text) ?? text.replace(/import\("[^"]*"\)\./g, "");
}

/**
 * TanStack's options are long types, of which readers want to know what comes and what goes.
 * @param {string} text
 */
function optionsOf(text) {
  const found = /\bUse(Query|Mutation)Options</.exec(text);
  if (!found) return undefined;
  const given = splitArguments(text.slice(found.index + found[0].length));
  const [data, error, variables] = given;
  const shown = found[1] === "Query" || variables === "void" ? [data, error] : [data, error, variables];
  return `Use${found[1]}Options<${shown.join(", ")}>`;
}

/**
 * The same from the source where it says so, in its own words.
 * @param {ts.Node} node @returns {string | undefined}
 */
function writtenOptionsOf(node) {
  if (ts.isCallExpression(node) && node.typeArguments) {
    const [, kind] = /^(query|mutation)Options$/.exec(node.expression.getText()) ?? [];
    const given = node.typeArguments
      .map((one) => one.getText())
      .map((text, at) => (text === "void" && at === 2 ? "" : text))
      .filter(Boolean);
    if (kind) return `Use${kind === "query" ? "Query" : "Mutation"}Options<${given.join(", ")}>`;
  }
  return ts.forEachChild(node, writtenOptionsOf);
}

/** The type arguments at the start of a text, up to the bracket that ends them. @param {string} text */
function splitArguments(text) {
  const found = [""];
  let depth = 0;
  for (const character of text) {
    if (">)]}".includes(character)) depth--;
    if (depth < 0) break;
    if ("<([{".includes(character)) depth++;
    if (character === "," && depth === 0) found.push("");
    else found[found.length - 1] += character;
  }
  return found.map((one) => one.trim());
}

/**
 * The object of a constant whose properties have docs of their own.
 * @param {ts.Node} declaration
 */
function listedObject(declaration) {
  if (!ts.isVariableDeclaration(declaration) || declaration.type || !declaration.initializer)
    return undefined;
  const { initializer } = declaration;
  const object = ts.isAsExpression(initializer) ? initializer.expression : initializer;
  if (!ts.isObjectLiteralExpression(object)) return undefined;
  return object.properties.some((one) => ts.getJSDocCommentsAndTags(one).length > 0) ? object : undefined;
}

/** @param {ts.TypeChecker} checker @param {ts.ObjectLiteralElementLike} property @returns {Member} */
function propertyMember(checker, property) {
  const name = property.name?.getText() ?? "";
  const symbol = property.name && checker.getSymbolAtLocation(property.name);
  const value = ts.isPropertyAssignment(property) ? property.initializer : undefined;
  const isCall = value && ts.isArrowFunction(value);
  const parameters = isCall ? value.parameters.map((one) => parameterText(checker, one)).join(", ") : "";
  const signature = isCall ? `${name}(${inOneLine(parameters)})` : `${name}: ${value?.getText()}`;
  return { name, signature, docs: symbol ? docsOf(checker, symbol) : noDocs(), ...placeOf(property) };
}

/** @returns {Docs} */
const noDocs = () => ({ text: "", parameters: [], throws: [], examples: [] });

/** @param {ts.TypeChecker} checker @param {ts.Declaration} declaration @returns {Member[]} */
function membersOf(checker, declaration) {
  const object = listedObject(declaration);
  if (object) return object.properties.map((property) => propertyMember(checker, property));
  if (!ts.isInterfaceDeclaration(declaration) && !ts.isClassDeclaration(declaration)) return [];
  /** @type {readonly (ts.TypeElement | ts.ClassElement)[]} */
  const elements = declaration.members;
  return elements.filter(isPublic).map((element) => {
    const symbol = /** @type {{ symbol?: ts.Symbol }} */ (/** @type {unknown} */ (element)).symbol;
    const docs = symbol ? docsOfOne(checker, symbol, element) : noDocs();
    const name = element.name?.getText() ?? "";
    return { name, signature: memberText(checker, element), docs, ...placeOf(element) };
  });
}

/**
 * Each overload of a method has docs of its own, or those of none.
 * @param {ts.TypeChecker} checker @param {ts.Symbol} symbol @param {ts.Declaration} element
 */
function docsOfOne(checker, symbol, element) {
  const isFirst = symbol.declarations?.[0] === element;
  return isFirst ? docsOf(checker, symbol) : noDocs();
}

/** @param {ts.TypeElement | ts.ClassElement} element */
function isPublic(element) {
  if (element.name && ts.isPrivateIdentifier(element.name)) return false;
  return !(ts.getCombinedModifierFlags(element) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected));
}

/** @param {ts.TypeChecker} checker @param {ts.TypeElement | ts.ClassElement} element */
function memberText(checker, element) {
  if (ts.isConstructorDeclaration(element)) return callOf(checker, "constructor", element);
  const name = element.name?.getText() ?? "";
  if (ts.isMethodSignature(element) || ts.isMethodDeclaration(element)) return callOf(checker, name, element);
  if (ts.isPropertySignature(element) || ts.isPropertyDeclaration(element)) {
    const type = element.type?.getText() ?? typeText(checker, checker.getTypeAtLocation(element), element);
    return `${name}${element.questionToken ? "?" : ""}: ${inOneLine(stripComments(type))}`;
  }
  return inOneLine(
    stripComments(
      element
        .getText()
        .replace(/\{[\s\S]*\}$/, "")
        .replace(/;$/, ""),
    ),
  );
}

/** @param {string} text */
const stripComments = (text) => text.replace(/\/\*\*[\s\S]*?\*\/\s*/g, "");
