/**
 * Pages of docs/api, made of what `readEntries` has read. The same sources make the same pages, byte by byte.
 *
 * @import { Docs, Entry, Export, Kind, Member } from "./read.mjs"
 * @typedef {{ file: string, text: string }} Page
 * @typedef {(name: string) => string | undefined} LinkTo
 */

/** @type {readonly { title: string, kinds: readonly Kind[] }[]} */
const groups = [
  { title: "Components", kinds: ["component"] },
  { title: "Hooks", kinds: ["hook"] },
  { title: "Options of queries and mutations", kinds: ["options"] },
  { title: "Functions", kinds: ["function"] },
  { title: "Classes", kinds: ["class"] },
  { title: "Constants", kinds: ["constant"] },
  { title: "Types", kinds: ["type"] },
];

/** More names than are read as one line. */
const MANY = 60;

const notice = "<!-- Written by `npm run api` from the docstrings: change those. -->";

/** @param {string} entry */
const fileOf = (entry) => `${entry.replace(/^peerswarm\//, "").replaceAll("/", "-")}.md`;

/** @param {Entry} entry */
const groupsOf = ({ exports }) =>
  groups
    .map(({ title, kinds }) => ({ title, exports: exports.filter(({ kind }) => kinds.includes(kind)) }))
    .filter((group) => group.exports.length > 0);

/** @param {readonly Entry[]} entries @returns {Page[]} */
export function renderPages(entries) {
  const anchors = new Map(entries.map((entry) => [entry, anchorsOf(entry)]));
  const pages = entries.map((entry) => {
    /** @type {LinkTo} */
    const linkTo = (name) => {
      const home = [entry, ...entries].find((one) => anchors.get(one)?.has(name));
      const anchor = home && anchors.get(home)?.get(name);
      return anchor && `${home === entry ? "" : fileOf(home.name)}#${anchor}`;
    };
    return { file: fileOf(entry.name), text: page(entry, linkTo) };
  });
  return [{ file: "README.md", text: indexPage(entries) }, ...pages];
}

/**
 * GitHub's names for headings: two that differ in case only are told apart by a number.
 * @param {Entry} entry
 */
function anchorsOf(entry) {
  /** @type {Map<string, string>} */
  const anchors = new Map();
  /** @type {Map<string, number>} */
  const seen = new Map();
  /** @param {string} heading */
  const anchorFor = (heading) => {
    const slug = heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-");
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    return before === 0 ? slug : `${slug}-${before}`;
  };
  anchorFor(entry.name);
  for (const { title, exports } of groupsOf(entry)) {
    anchorFor(title);
    for (const { name } of exports) anchors.set(name, anchorFor(name));
  }
  return anchors;
}

/** @param {readonly Entry[]} entries */
function indexPage(entries) {
  const rows = entries.map(({ name, text, exports }) => {
    const [first = ""] = text.replaceAll("\n", " ").split(/(?<=\.) /);
    return `| [\`${name}\`](${fileOf(name)}) | ${first} | ${exports.length} |`;
  });
  return [
    notice,
    "# API reference",
    "A page for each entry of the package.",
    ["| import | what it is | exports |", "| --- | --- | --- |", ...rows].join("\n"),
    "",
  ]
    .join("\n\n")
    .trimEnd()
    .concat("\n");
}

/** @param {Entry} entry @param {LinkTo} linkTo */
function page(entry, linkTo) {
  const parts = groupsOf(entry);
  const contents = parts.map(({ title, exports }) => contentsOf(title, exports, linkTo));
  const sections = parts.flatMap(({ title, exports }) => [
    `## ${title}`,
    ...exports.flatMap((one) => section(one, linkTo)),
  ]);
  const lines = [notice, `# ${entry.name}`, prose(entry.text, linkTo), ...contents, ...sections];
  return `${lines.join("\n\n")}\n`;
}

/** Many are found by what they are about. @param {string} title @param {Export[]} exports @param {LinkTo} linkTo */
function contentsOf(title, exports, linkTo) {
  /** @param {Export[]} some */
  const links = (some) => some.map(({ name }) => linked(name, linkTo)).join(" · ");
  if (exports.length <= MANY) return `**${title}**: ${links(exports)}`;
  const areas = [...new Set(exports.map(areaOf))].sort();
  const lines = areas.map((area) => `- ${area}: ${links(exports.filter((one) => areaOf(one) === area))}`);
  return [`**${title}**`, "", ...lines].join("\n");
}

/** The folder within its layer. @param {Export} one */
const areaOf = ({ file }) => {
  const folders = file.split("/").slice(2, -1);
  return folders[0] ?? "swarm";
};

/** @param {string} name @param {LinkTo} linkTo */
const linked = (name, linkTo) => {
  const target = linkTo(name);
  return target ? `[${name}](${target})` : `\`${name}\``;
};

/** @param {Export} one @param {LinkTo} linkTo */
function section({ name, signatures, docs, members }, linkTo) {
  const mentioned = [...signatures, ...members.map(({ signature }) => signature)].join(" ");
  return [
    `### ${name}`,
    prose(docs.text, linkTo),
    isSaidByHeading(name, signatures) ? "" : code("ts", signatures.join("\n")),
    ...details(docs, linkTo),
    ...(members.length > 0 ? [members.map((one) => memberItem(one, linkTo)).join("\n")] : []),
    ...seeAlso(name, mentioned, linkTo),
  ].filter((text) => text !== "");
}

/** @param {string} name @param {readonly string[]} signatures */
const isSaidByHeading = (name, signatures) =>
  [`interface ${name}`, `const ${name}`].includes(signatures.join());

/** @param {Docs} docs @param {LinkTo} linkTo */
function details({ parameters, throws, examples }, linkTo) {
  const items = [
    ...parameters.map(({ name, text }) => `- \`${name}\`: ${prose(text, linkTo)}`),
    ...throws.map((text) => `- throws ${prose(text, linkTo)}`),
  ];
  return [
    ...(items.length > 0 ? [items.join("\n")] : []),
    ...examples.map((example) => code("tsx", example)),
  ];
}

/** @param {Member} member @param {LinkTo} linkTo */
function memberItem({ signature, docs }, linkTo) {
  const text = prose(docs.text, linkTo).replace(/\s*\n\s*/g, " ");
  const line = signature
    .replace(/\s*\n\s*/g, " ")
    .replace(/,? \)/g, ")")
    .replaceAll("( ", "(");
  const head = `- **\`${line}\`** ${text}`.trimEnd();
  return [head, ...details(docs, linkTo).map((part) => part.replace(/^(?=.)/gm, "  "))].join("\n");
}

/** Exported types that a signature names. @param {string} name @param {string} text @param {LinkTo} linkTo */
function seeAlso(name, text, linkTo) {
  const names = new Set(text.match(/\b[A-Z]\w+\b/g));
  names.delete(name);
  const links = [...names].filter((one) => linkTo(one)).map((one) => linked(one, linkTo));
  return links.length > 0 ? [`See ${links.join(", ")}.`] : [];
}

/** @param {string} language @param {string} text */
const code = (language, text) => `\`\`\`${language}\n${text}\n\`\`\``;

/** A docstring as Markdown: links lead somewhere, and what looks like HTML is none. @param {string} text @param {LinkTo} linkTo */
function prose(text, linkTo) {
  return text
    .trim()
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith("`") ? part : part.replaceAll("<", "&lt;")))
    .join("")
    .replace(/\{@link\s+([^\s}|]+)[^}]*\}/g, (_, name) => linked(name, linkTo));
}
