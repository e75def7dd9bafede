import { safeFileName, safeMediaType } from "../../core/transfers/fileName.js";

/** Lets the browser save content where it saves downloads. */
export function saveBlob(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken hold of it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/**
 * Bytes of a peer as a file. Without their type: a blob's address belongs to this page, and HTML or SVG that was opened
 * there could do all that the page can.
 */
export function inertBlob(bytes: Uint8Array<ArrayBuffer>): Blob {
  return new Blob([bytes], { type: "application/octet-stream" });
}

const ENDINGS: Readonly<Record<string, string>> = {
  "text/plain": ".txt",
  "text/markdown": ".md",
  "text/csv": ".csv",
  "application/json": ".json",
  "application/pdf": ".pdf",
  "image/png": ".png",
  "image/jpeg": ".jpg",
};

/** A name for a file of an artifact: its title, with the ending of its type where the title has none. */
export function fileNameOf(title: string, mediaType: string | undefined): string {
  const name = safeFileName(title) ?? "artifact";
  return /\.\w{1,8}$/.test(name) ? name : name + (ENDINGS[safeMediaType(mediaType)] ?? "");
}
