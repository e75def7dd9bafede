/** The first block of code under a heading of a document, so that a page shows what the document says. */
export function codeOf(document: string, heading: string, language = "tsx"): string {
  const [, section] = document.split(new RegExp(`^#+ ${heading}$`, "m"));
  const [, code] = section?.match(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "m")) ?? [];
  if (code === undefined) throw new Error(`No ${language} under the heading "${heading}".`);
  return code.trimEnd();
}
