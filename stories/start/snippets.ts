import dashboards from "../../docs/dashboards.md?raw";
import testing from "../../docs/testing.md?raw";
import readme from "../../README.md?raw";
import { codeOf } from "./codeOf.js";

/** Code that the pages show: that of the documents, each of which is compiled by a test. */
export const install = codeOf(readme, "Ten lines", "sh");
export const tenLines = codeOf(readme, "Ten lines");
export const ownPanels = codeOf(dashboards, "Choose the panels");
export const ownColours = codeOf(dashboards, "Looks", "css");
export const components = codeOf(testing, "Components");
export const withoutReact = codeOf(testing, "Without React", "ts");
