import "peerswarm/styles.css";
import { SwarmDashboard, SwarmGate } from "peerswarm/components";
import { SwarmProvider } from "peerswarm/react";
import { createMockSwarm, type MockSwarmOptions } from "peerswarm/testing";
import type { ReactNode } from "react";
import { describe, expect, it, onTestFinished } from "vitest";
import { render } from "vitest-browser-react";
import { untilTrue } from "../setup/patience.js";

/** What an app says of elements, in the manner of a reset (Tailwind's preflight), a template (Vite's) and a foundation (Bootstrap's reboot). */
const SHEETS = {
  "a reset": `
    *, ::before, ::after { box-sizing: border-box; border: 0 solid; margin: 0; padding: 0 }
    ol, ul, menu { list-style: none }
    h1, h2, h3, h4 { font-size: inherit; font-weight: inherit }
    button, input, select, textarea { background: transparent; border-radius: 0; color: inherit; font: inherit; letter-spacing: inherit }
    img, svg, video, canvas { display: block; vertical-align: middle }
    table { border-collapse: collapse; border-color: inherit; text-indent: 0 }
    summary { display: list-item }
    code, kbd { font-family: monospace; font-size: 1em }
    a { color: inherit; text-decoration: inherit }`,
  "a template": `
    h1, h2 { font-family: serif; font-weight: 500; color: rgb(1, 2, 3) }
    h2 { font-size: 24px; line-height: 118%; letter-spacing: -0.24px; margin: 0 0 8px }
    p { margin: 0 0 24px }
    code { font-family: serif; display: inline-flex; border-radius: 4px; color: rgb(1, 2, 3); font-size: 15px; line-height: 135%; padding: 4px 8px; background: rgb(9, 9, 9) }
    a { color: rgb(100, 108, 255); font-weight: 500 }
    button { border-radius: 8px; border: 1px solid rgb(4, 5, 6); padding: 0.6em 1.2em; margin: 4px; font-size: 1em; font-weight: 500; font-family: serif; background-color: rgb(26, 26, 26); color: white; cursor: help; letter-spacing: 1px; text-transform: uppercase; box-shadow: 0 1px 2px black; min-height: 60px; width: 100% }
    button:hover { border-color: rgb(100, 108, 255) }
    button:focus, button:focus-visible { outline: 4px auto red }`,
  "what elements inherit": `
    html { letter-spacing: 0.18px; font-style: italic; line-height: 145% }
    body { text-align: center; text-indent: 8px; font-weight: 300; text-transform: uppercase; white-space: pre; word-spacing: 2px }`,
  "a foundation": `
    h2 { margin: 0 0 0.5rem; font-size: 2rem; line-height: 1.2 }
    p, ul, ol, dl { margin: 0 0 1rem }
    ul, ol { padding-left: 2rem }
    dt { font-weight: 700 }
    dd { margin: 0 0 0.5rem }
    label { display: inline-block; margin-bottom: 0.5rem; font-weight: 700 }
    legend { float: left; width: 100%; padding: 0; margin: 0 0 0.5rem; font-size: 1.5rem }
    fieldset { min-width: 0; padding: 16px; margin: 16px; border: 2px groove }
    th, td { padding: 12px; border: 1px solid rgb(7, 8, 9); text-align: left; background: rgb(240, 240, 240) }
    th { text-align: inherit; font-weight: 700 }
    table { margin: 0 0 1rem; width: auto }
    caption { padding: 0.5rem 0; color: rgb(7, 8, 9); text-align: left }
    summary { cursor: help; font-weight: 700; padding: 8px }
    details { border: 1px solid; padding: 8px }
    header, figure { margin: 0 0 1rem; padding: 32px }
    input, select { padding: 12px; margin: 0 0 16px; border: 3px solid rgb(7, 8, 9); height: 60px; width: 100% }
    small, code { font-size: 0.875em }
    strong { font-weight: 900 }`,
};

// What is not seen, what recharts draws, and what a browser draws in its own way.
const NOT_LOOKED_AT = ".ps-hidden, .ps-chart, option, [type=checkbox]";

/** What is compared: what decides about place and look. Sizes follow from it. */
const PROPERTIES = [
  ...["display", "position", "float", "color", "background-color", "box-shadow", "cursor", "opacity"],
  ...[
    "font-family",
    "font-size",
    "font-style",
    "font-weight",
    "line-height",
    "letter-spacing",
    "text-transform",
    "text-align",
    "text-indent",
    "white-space",
    "word-spacing",
  ],
  ...["margin-top", "margin-right", "margin-bottom", "margin-left"],
  ...["padding-top", "padding-right", "padding-bottom", "padding-left"],
  ...["border-top-width", "border-right-width", "border-bottom-width", "border-left-width"],
  ...["border-top-color", "border-bottom-color", "border-top-left-radius", "min-height", "list-style-type"],
];

async function show(ui: ReactNode, options: MockSwarmOptions) {
  const mock = createMockSwarm({ isRunning: false, ...options });
  await mock.start();
  onTestFinished(() => mock.close());
  return render(
    <div data-theme="light">
      <SwarmProvider swarm={mock.swarm}>{ui}</SwarmProvider>
    </div>,
  );
}

/** Every element of the panels, by a way that tells where it is, with its looks. */
function looks(): Map<Element, readonly string[]> {
  const elements = [...document.querySelectorAll(":is(.ps-panel, .ps-chooser, .ps-membership) *")];
  return new Map(
    elements
      .filter((element) => element.closest(NOT_LOOKED_AT) === null)
      .map((element) => {
        const style = getComputedStyle(element);
        return [element, PROPERTIES.map((property) => style.getPropertyValue(property))] as const;
      }),
  );
}

function differences(before: ReturnType<typeof looks>, after: ReturnType<typeof looks>): string[] {
  const found = new Set<string>();
  for (const [element, style] of before) {
    const now = after.get(element);
    PROPERTIES.forEach((property, place) => {
      if (now === undefined || now[place] === style[place]) return;
      const name = `${element.tagName.toLowerCase()}.${element.getAttribute("class") ?? ""}`;
      const parent = element.parentElement?.getAttribute("class") ?? element.parentElement?.tagName;
      found.add(`${parent} > ${name} ${property}: ${style[place]} → ${now[place]}`);
    });
  }
  return [...found];
}

function withSheet(text: string): ReturnType<typeof looks> {
  const sheet = document.createElement("style");
  sheet.textContent = text;
  // After ours, where it wins whenever both weigh the same.
  document.body.append(sheet);
  try {
    return looks();
  } finally {
    sheet.remove();
  }
}

describe.each(Object.entries(SHEETS))("in an app with %s", (_name, text) => {
  it("the gate looks as it does without", async () => {
    await show(<SwarmGate remember={false} />, { peers: 1, status: "off" });
    await untilTrue(() => document.querySelector(".ps-exposure"));
    expect(differences(looks(), withSheet(text))).toEqual([]);
  });

  it("the panels look as they do without", async () => {
    await show(
      <SwarmDashboard
        panels={["connection", "bandwidth", "peers", "activity", "message-stats", "topology", "settings"]}
        isChoosable
        storageKey={null}
      />,
      { peers: 3 },
    );
    await untilTrue(() => document.querySelectorAll(".ps-peer").length === 3);
    for (const details of document.querySelectorAll("details")) details.open = true;
    document.querySelector<HTMLElement>(".ps-peer [data-row-control]")?.click();
    document.querySelector<HTMLElement>(".ps-chooser button")?.click();
    await untilTrue(() => document.querySelector(".ps-peer-detail .ps-button"));
    expect(differences(looks(), withSheet(text))).toEqual([]);
  });
});
