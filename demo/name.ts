// Of the tab, not of the browser: two tabs are two members, and shall be told apart.
const STORAGE_KEY = "peerswarm-demo-name";

const QUALITIES = ["Amber", "Brisk", "Calm", "Dusky", "Eager", "Fern", "Gentle", "Hazel", "Misty", "Quiet"];
const ANIMALS = ["Badger", "Crane", "Dormouse", "Finch", "Heron", "Lynx", "Marten", "Otter", "Swift", "Wren"];

const pick = (words: readonly string[]): string => words[Math.floor(Math.random() * words.length)] as string;

/** The name that this tab had before its last reload, or a fresh one. */
export function readName(): string {
  const known = sessionStorage.getItem(STORAGE_KEY);
  if (known !== null) return known;
  const name = `${pick(QUALITIES)} ${pick(ANIMALS)}`;
  keepName(name);
  return name;
}

/** Harmless as often as it is called. */
export function keepName(name = ""): void {
  if (sessionStorage.getItem(STORAGE_KEY) !== name) sessionStorage.setItem(STORAGE_KEY, name);
}
