import type { TestProject } from "vitest/node";
import { createConsumer } from "./packed.js";

declare module "vitest" {
  interface ProvidedContext {
    /** A folder whose `node_modules` has the packed package. */
    consumerFolder: string;
  }
}

export default function setup(project: TestProject): () => void {
  const consumer = createConsumer();
  project.provide("consumerFolder", consumer.folder);
  return consumer.remove;
}
