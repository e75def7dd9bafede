import { create, type ThemeVars } from "storybook/theming";

const FONT = "system-ui, sans-serif";
const brand = { brandTitle: "peerswarm", brandUrl: "./", fontBase: FONT };

/** Storybook itself in the colours of the panels: those of `src/components/styles/theme.css`. */
export const look: Readonly<Record<"light" | "dark", ThemeVars>> = {
  light: create({
    ...brand,
    base: "light",
    colorPrimary: "#0b6158",
    colorSecondary: "#0b6158",
    appBg: "#f5f5f2",
    appContentBg: "#ffffff",
    appPreviewBg: "#f5f5f2",
    appBorderColor: "#e3e2dc",
    appBorderRadius: 8,
    textColor: "#1d1e1b",
    textMutedColor: "#63645d",
    textInverseColor: "#ffffff",
    barBg: "#ffffff",
    barTextColor: "#63645d",
    barHoverColor: "#084b44",
    barSelectedColor: "#0b6158",
    inputBg: "#ffffff",
    inputBorder: "#85847a",
    inputTextColor: "#1d1e1b",
  }),
  dark: create({
    ...brand,
    base: "dark",
    colorPrimary: "#6fd3c3",
    colorSecondary: "#6fd3c3",
    appBg: "#141617",
    appContentBg: "#1b1d1f",
    appPreviewBg: "#141617",
    appBorderColor: "#303336",
    appBorderRadius: 8,
    textColor: "#ecedea",
    textMutedColor: "#a0a49f",
    textInverseColor: "#08211d",
    barBg: "#1b1d1f",
    barTextColor: "#a0a49f",
    barHoverColor: "#93e3d6",
    barSelectedColor: "#6fd3c3",
    inputBg: "#1b1d1f",
    inputBorder: "#7b8187",
    inputTextColor: "#ecedea",
  }),
};

/** What the visitor's system prefers. */
export function preferredScheme(): "light" | "dark" {
  return globalThis.matchMedia?.("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}
