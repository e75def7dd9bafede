import "peerswarm/element";
import { englishTexts } from "peerswarm/components";
import type { SwarmWidgetElement } from "peerswarm/element";
import { createMockSwarm } from "peerswarm/testing";
import { afterEach, describe, expect, inject, it, onTestFinished, vi } from "vitest";
import { createWidgetClass } from "../../src/element/SwarmWidgetElement.js";
import { untilTrue } from "../setup/patience.js";
import { freshRoom } from "./support.js";

const signalingUrl = inject("signalingUrl");

function widget(
  attributes: Record<string, string> = {},
  parent: Element = document.body,
): SwarmWidgetElement {
  const element = document.createElement("swarm-widget");
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  parent.append(element);
  onTestFinished(() => element.remove());
  return element;
}

/** A widget that opens nothing on the machine it runs on but the test's own server. */
const local = (attributes: Record<string, string> = {}): SwarmWidgetElement =>
  widget({
    room: freshRoom(),
    "signaling-url": signalingUrl,
    identity: "session",
    ice: "none",
    ...attributes,
  });

async function mockSwarm(peers = 2) {
  const mock = createMockSwarm({ peers });
  await mock.start();
  onTestFinished(() => mock.close());
  return mock;
}

const shown = (element: SwarmWidgetElement, selector: string): HTMLElement[] => [
  ...(element.shadowRoot?.querySelectorAll<HTMLElement>(selector) ?? []),
];

const panelsOf = (element: SwarmWidgetElement): (string | undefined)[] =>
  shown(element, "[data-panel]").map((panel) => panel.dataset.panel);

const notesOf = (element: SwarmWidgetElement): string =>
  shown(element, '[data-panel="problems"] .ps-note')
    .map((note) => note.textContent)
    .join("\n");

afterEach(() => localStorage.clear());

describe("attributes of <swarm-widget>", () => {
  it("are properties, both ways, and gone with undefined and null", () => {
    const element = document.createElement("swarm-widget");
    expect(element.signalingUrl).toBeUndefined();
    element.setAttribute("signaling-url", "https://signal.example.org");
    expect(element.signalingUrl).toBe("https://signal.example.org");
    for (const name of ["room", "name", "identity", "ice", "panels", "theme", "density"] as const) {
      element[name] = "text";
      expect(element.getAttribute(name)).toBe("text");
      element[name] = undefined;
      expect(element.hasAttribute(name)).toBe(false);
    }
    element.signalingUrl = null as unknown as undefined;
    expect(element.hasAttribute("signaling-url")).toBe(false);
  });

  it("never show a token that was set as a property", () => {
    const element = document.createElement("swarm-widget");
    element.setAttribute("token", "from markup");
    expect(element.token).toBe("from markup");
    element.token = "secret";
    expect(element.token).toBe("secret");
    expect(element.outerHTML).not.toContain("secret");
    element.token = undefined;
    expect(element.token).toBe("from markup");
  });

  it("are taken over from properties that were set before the element was known", async () => {
    const mock = await mockSwarm();
    const element = document.createElement("late-widget") as SwarmWidgetElement;
    Object.assign(element, { room: "early", panels: "peers", swarm: mock.swarm, texts: { locale: "de" } });
    document.body.append(element);
    customElements.define("late-widget", createWidgetClass());
    onTestFinished(() => element.remove());
    expect(Object.keys(element)).toEqual([]);
    expect(element.getAttribute("room")).toBe("early");
    expect(element.getStatus()).toMatchObject({ state: "active", primaryMetric: "2 Mitglieder" });
    await untilTrue(() => panelsOf(element).length > 0);
    expect(panelsOf(element)).toEqual(["peers"]);
  });

  it.each([
    [{ room: "" }, "not the name of a room"],
    [{ room: "x".repeat(1000) }, "not the name of a room"],
    [{ "signaling-url": "not a url" }, "not the address of a signalling server"],
    [{ "signaling-url": "javascript:alert(1)" }, "not the address of a signalling server"],
    [{ name: "x".repeat(65) }, "cannot be announced"],
    [{ identity: "Session" }, 'identity="Session" is not known'],
    [{ ice: "None" }, 'ice="None" is not known'],
    [{ ice: "turn:turn.example.org" }, "property iceServers"],
  ])("that cannot be used make no swarm, and say so: %o", async (attributes, complaint) => {
    const element = widget({ ...attributes });
    const status = element.getStatus();
    expect(status).toMatchObject({ state: "error", primaryMetric: "0 peers", secondaryMetric: "Idle" });
    expect(status.message).toContain(complaint);
    expect(element.swarm).toBeUndefined();
    await untilTrue(() => notesOf(element) !== "");
    expect(notesOf(element)).toContain(complaint);
    expect(panelsOf(element)).toEqual(["problems"]);
    await expect(element.join()).rejects.toMatchObject({ code: "invalid-option" });

    for (const name of Object.keys(attributes)) element.removeAttribute(name);
    expect(element.getStatus()).toMatchObject({ state: "disabled", message: undefined });
    await untilTrue(() => panelsOf(element).includes("gate"));
    expect(panelsOf(element)).toEqual(["gate"]);
  });

  it.each([
    [{ panels: "peers nonsense" }, 'There is no panel "nonsense".'],
    [{ theme: "purple" }, 'theme="purple" is not known.'],
    [{ density: "dense" }, 'density="dense" is not known.'],
    [{ lang: "not a tag" }, '"not a tag" is no language.'],
  ])("that only change the looks leave the swarm alone when wrong: %o", async (attributes, complaint) => {
    const mock = await mockSwarm();
    const element = document.createElement("swarm-widget");
    element.swarm = mock.swarm;
    document.body.append(element);
    onTestFinished(() => element.remove());
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    const { state, message } = element.getStatus();
    expect(state).toBe("active");
    expect(message).toContain(complaint);
    await untilTrue(() => notesOf(element) !== "");
    expect(notesOf(element)).toContain(complaint);
    expect(panelsOf(element)).toContain("peers");
  });

  it("refuse what is no swarm, without throwing", () => {
    const element = document.createElement("swarm-widget");
    element.swarm = {} as never;
    document.body.append(element);
    onTestFinished(() => element.remove());
    expect(element.getStatus()).toMatchObject({
      state: "error",
      message: expect.stringContaining("not a swarm"),
    });
    element.swarm = undefined;
    expect(element.getStatus().state).toBe("disabled");
  });

  it("choose the panels", async () => {
    const mock = await mockSwarm();
    const element = document.createElement("swarm-widget");
    Object.assign(element, { swarm: mock.swarm, panels: "peers connection" });
    document.body.append(element);
    onTestFinished(() => element.remove());
    await untilTrue(() => panelsOf(element).length > 0);
    expect(panelsOf(element)).toEqual(["peers", "connection"]);
    element.panels = "witness";
    await untilTrue(() => panelsOf(element)[0] === "witness");
  });

  it("speak the language of the element, or of the page, where there is a dictionary", async () => {
    const mock = await mockSwarm();
    const page = document.createElement("div");
    document.body.append(page);
    onTestFinished(() => page.remove());
    page.lang = "de-CH";
    const element = widget({}, page);
    element.swarm = mock.swarm;
    const frame = () => shown(element, '[part="base"]')[0];
    expect(element.getStatus().primaryMetric).toBe("2 Mitglieder");
    expect(frame()?.lang).toBe("de-CH");
    element.lang = "en";
    expect(element.getStatus().primaryMetric).toBe("2 peers");
    // Nobody has translated it: the words are English, and so are the numbers.
    element.lang = "fr";
    expect(element.getStatus().primaryMetric).toBe("2 peers");
    expect(frame()?.lang).toBe("en");
    element.texts = { widget: { ...englishTexts.widget, peers: (count) => `${count} pairs` } };
    expect(element.getStatus().primaryMetric).toBe("2 pairs");
    expect(frame()?.lang).toBe("fr");
  });
});

it("speaks the language of the page from within shadow roots, too", async () => {
  const mock = await mockSwarm();
  const [page, host] = [document.createElement("div"), document.createElement("div")];
  page.lang = "de";
  page.append(host);
  document.body.append(page);
  onTestFinished(() => page.remove());
  const element = document.createElement("swarm-widget");
  element.swarm = mock.swarm;
  host.attachShadow({ mode: "open" }).append(element);
  expect(element.getStatus().primaryMetric).toBe("2 Mitglieder");
});

describe("a <swarm-widget> whose attributes change", () => {
  it("keeps its swarm, and what is listened to on it, through room, server, name and ICE", async () => {
    const element = local({ name: "Ada" });
    const { swarm } = element;
    const room = freshRoom();
    element.room = room;
    element.name = "Bea";
    element.ice = "stun:stun.example.org";
    expect(element.getStatus().state).toBe("disabled");
    expect(element.swarm).toBe(swarm);
    expect(swarm?.getSignalingStatus().room).toBe(room);
    expect(swarm?.store.getSnapshot().self.profile.name).toBe("Bea");
  });

  it("moves a swarm that has joined to the other room, once for all that changed in one go", async () => {
    const element = local();
    await element.join();
    const configure = vi.spyOn(element.swarm!, "configureSignaling");
    const room = freshRoom();
    element.room = room;
    element.token = "anything";
    await untilTrue(() => element.swarm?.getSignalingStatus().room === room);
    await untilTrue(() => element.swarm?.getSignalingStatus().connected);
    expect(configure.mock.calls).toEqual([[{ room, token: "anything" }]]);
  });

  it("keeps a swarm that runs where a new value cannot be used", async () => {
    const element = local();
    await element.join();
    element.setAttribute("signaling-url", "nonsense");
    expect(element.getStatus()).toMatchObject({
      state: "idle",
      message: expect.stringContaining("not the address"),
    });
    expect(element.swarm?.store.getSnapshot().status).toBe("joined");
  });

  it("makes another swarm for another identity", () => {
    const element = local();
    const { swarm } = element;
    element.identity = "persistent";
    element.getStatus();
    expect(element.swarm).not.toBe(swarm);
  });
});

describe("methods of <swarm-widget>", () => {
  it("join and leave, and leaving is remembered", async () => {
    const element = local({ id: "ada" });
    await element.join();
    expect(element.getStatus().state).toBe("idle");
    localStorage.setItem("peerswarm-gate:ada", "joined");
    await element.leave();
    expect(element.getStatus().state).toBe("disabled");
    expect(localStorage.getItem("peerswarm-gate:ada")).toBeNull();
  });

  it("forget the choice under the room of the attribute, wherever the swarm has moved meanwhile", async () => {
    const element = local();
    const key = `peerswarm-gate:${element.room}`;
    localStorage.setItem(key, "joined");
    await element.join();
    await element.swarm?.configureSignaling({ room: freshRoom() });
    element.panels = "peers";
    await element.leave();
    expect(localStorage.getItem(key)).toBeNull();
  });

  it("forget the choice under the first room of a swarm that was given, wherever it has moved meanwhile", async () => {
    const mock = await mockSwarm(0);
    const element = widget();
    element.swarm = mock.swarm;
    const key = `peerswarm-gate:${mock.swarm.getSignalingStatus().room}`;
    localStorage.setItem(key, "joined");
    element.getStatus();
    await mock.swarm.configureSignaling({ room: freshRoom() });
    await element.leave();
    expect(localStorage.getItem(key)).toBeNull();
  });

  it("do not join outside of a page", async () => {
    const element = document.createElement("swarm-widget");
    await expect(element.join()).rejects.toMatchObject({ code: "not-joined" });
    await expect(element.leave()).resolves.toBeUndefined();
    expect(element.getStatus()).toMatchObject({ state: "disabled", primaryMetric: "0 peers" });
  });

  it("leave with the element, whose swarm joins again when it is back", async () => {
    const element = local();
    await element.join();
    const { swarm } = element;
    element.remove();
    await untilTrue(() => swarm?.store.getSnapshot().status === "off");
    document.body.append(element);
    expect(element.swarm).toBe(swarm);
    await element.join();
    expect(element.getStatus().state).toBe("idle");
  });

  it("survive a move within the page", async () => {
    const element = local();
    await element.join();
    const leave = vi.spyOn(element.swarm!, "leave");
    const other = document.createElement("div");
    document.body.append(other);
    onTestFinished(() => other.remove());
    other.append(element);
    await Promise.resolve();
    expect(leave).not.toHaveBeenCalled();
    expect(element.getStatus().state).toBe("idle");
  });
});

describe("events of <swarm-widget>", () => {
  it("tell of peers and of each change of the status, up to the page", async () => {
    const mock = await mockSwarm(1);
    const host = document.createElement("div");
    document.body.append(host);
    onTestFinished(() => host.remove());
    const told: unknown[] = [];
    document.addEventListener(
      "swarm-status",
      ({ detail }) => told.push([detail.state, detail.primaryMetric]),
      {
        signal: untilEnd(),
      },
    );
    document.addEventListener("swarm-peer-left", ({ detail }) => told.push(["left", detail.reason]), {
      signal: untilEnd(),
    });
    document.addEventListener("swarm-peer-joined", ({ detail }) => told.push(["joined", detail.agentId]), {
      signal: untilEnd(),
    });
    const element = document.createElement("swarm-widget");
    element.swarm = mock.swarm;
    host.attachShadow({ mode: "open" }).append(element);
    expect(told).toEqual([["active", "1 peer"]]);

    await mock.peers[0]?.swarm.leave();
    await untilTrue(() => told.length === 3);
    expect(told.slice(1)).toEqual(
      expect.arrayContaining([
        ["left", "left"],
        ["idle", "0 peers"],
      ]),
    );
    await mock.peers[0]?.swarm.join();
    await untilTrue(() => told.length >= 5);
    expect(told.slice(3, 5)).toEqual(
      expect.arrayContaining([
        ["joined", mock.peers[0]?.swarm.store.getSnapshot().self.agentId],
        ["active", "1 peer"],
      ]),
    );
  });

  it("come from the swarm that is shown, and from no other any more", async () => {
    const [before, now] = [await mockSwarm(1), await mockSwarm(3)];
    const element = document.createElement("swarm-widget");
    element.swarm = before.swarm;
    document.body.append(element);
    onTestFinished(() => element.remove());
    const told: string[] = [];
    element.addEventListener("swarm-status", ({ detail }) => told.push(detail.primaryMetric));
    element.addEventListener("swarm-peer-left", () => told.push("left"));
    element.swarm = now.swarm;
    expect(element.getStatus().primaryMetric).toBe("3 peers");
    await before.peers[0]?.swarm.leave();
    await untilTrue(() => before.swarm.store.getSnapshot().peers.length === 0);
    expect(told).toEqual(["3 peers"]);
  });
});

function untilEnd(): AbortSignal {
  const controller = new AbortController();
  onTestFinished(() => controller.abort());
  return controller.signal;
}

describe("the looks of <swarm-widget>", () => {
  const surface = (element: SwarmWidgetElement): string =>
    getComputedStyle(shown(element, "[data-panel]")[0]!).backgroundColor;

  async function drawn(attributes: Record<string, string>): Promise<SwarmWidgetElement> {
    const element = local(attributes);
    await untilTrue(() => shown(element, "[data-panel]").length > 0);
    return element;
  }

  it("follow custom properties and parts that the page styles", async () => {
    const element = await drawn({ theme: "light" });
    element.style.setProperty("--ps-surface", "rgb(1, 2, 3)");
    expect(surface(element)).toBe("rgb(1, 2, 3)");
    element.style.removeProperty("--ps-surface");
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
      swarm-widget { --ps-surface: rgb(4, 5, 6); }
      swarm-widget::part(panel-gate) { border-top-width: 7px; }
      swarm-widget::part(panel-title) { letter-spacing: 3px; }
      swarm-widget::part(base) { row-gap: 33px; }
    `);
    document.adoptedStyleSheets.push(sheet);
    onTestFinished(() => void document.adoptedStyleSheets.pop());
    expect(surface(element)).toBe("rgb(4, 5, 6)");
    const styleOf = (selector: string) => getComputedStyle(shown(element, selector)[0]!);
    expect(styleOf('[data-panel="gate"]').borderTopWidth).toBe("7px");
    expect(styleOf(".ps-panel-title").letterSpacing).toBe("3px");
    expect(styleOf('[part="base"]').rowGap).toBe("33px");
  });

  it("stand on a surface of their own, whatever the page's colour is", async () => {
    const element = await drawn({ theme: "dark" });
    element.join().catch(() => undefined);
    await untilTrue(() => shown(element, ".ps-membership").length > 0);
    const bar = getComputedStyle(shown(element, ".ps-membership")[0]!);
    expect([bar.backgroundColor, bar.color]).toEqual(["rgb(27, 29, 31)", "rgb(236, 237, 234)"]);
  });

  it("are a block, and nothing while hidden", async () => {
    const element = await drawn({});
    expect(getComputedStyle(element).display).toBe("block");
    element.hidden = true;
    expect(getComputedStyle(element).display).toBe("none");
  });

  it("are closer together when compact, as far as the page says nothing else", async () => {
    const element = await drawn({ density: "compact" });
    const padding = () => getComputedStyle(shown(element, "[data-panel]")[0]!).paddingTop;
    expect(padding()).toBe("14px");
    element.style.setProperty("--ps-space", "3px");
    expect(padding()).toBe("3px");
    element.style.removeProperty("--ps-space");
    element.density = undefined;
    expect(padding()).toBe("20px");
  });

  it("go along into another document", async () => {
    const element = await drawn({ theme: "dark" });
    const frame = document.createElement("iframe");
    document.body.append(frame);
    onTestFinished(() => frame.remove());
    frame.contentDocument?.body.append(element);
    await untilTrue(() => shown(element, "[data-panel]").length > 0);
    expect(surface(element)).toBe("rgb(27, 29, 31)");
  });
});
