import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../../../scripts/entries.mjs";

const run = promisify(execFile);

/** TypeScript's releases by the folder of their installation. */
export type Compiler = "typescript" | "typescript-6" | "typescript-5.9";

export interface Compilation {
  readonly compiler: Compiler;
  readonly folder: string;
  readonly files: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
}

/** Type-checks files as their own project, strictly and with the declarations of every package; returns the complaints. */
export async function compile({ compiler, folder, files, options }: Compilation): Promise<string> {
  const { moduleResolution = "nodenext" } = options;
  const config = join(
    folder,
    `tsconfig-${compiler}-${moduleResolution}-${files[0]?.replace(/\W/g, "-")}.json`,
  );
  const compilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    target: "es2022",
    lib: ["es2023", "dom", "dom.iterable"],
    jsx: "react-jsx",
    types: [],
    ...options,
  };
  writeFileSync(config, JSON.stringify({ compilerOptions, files }));
  const tsc = join(root, "node_modules", compiler, "bin/tsc");
  return run(process.execPath, [tsc, "--pretty", "false", "-p", config], { cwd: folder }).then(
    () => "",
    ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout + stderr || "The compiler broke down.",
  );
}
