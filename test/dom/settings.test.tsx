import { within as inside, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import type { Swarm } from "peerswarm";
import { recallSettings } from "peerswarm";
import { SettingsPanel, TextsProvider } from "peerswarm/components";
import { useSettings, useSettingsTest } from "peerswarm/react";
import { memoryNetwork } from "peerswarm/testing";
import { act } from "react";
import { beforeEach, describe, expect, it } from "vitest";
import { idOf, statusOf } from "../node/core/support.js";
import { listeners, probe, renderStrict, together, turn } from "./support.js";

beforeEach(() => localStorage.clear());

const SECOND = "http://second.example";
const TURN = { urls: "turn:turn.example:3478", username: "ada", credential: "a-very-secret-credential" };
const KEY = "settings-of-the-test";

async function pair() {
  const network = memoryNetwork();
  const [ada, bob] = [network.swarm({ room: "lobby" }), network.swarm({ room: "lobby" })];
  await together(network, ada, bob);
  return { network, ada, bob };
}

const region = (): HTMLElement => screen.getByRole("region", { name: "Settings" });
const field = (name: string): HTMLInputElement => screen.getByLabelText(name);
const button = (name: string): HTMLElement => screen.getByRole("button", { name });
const press = (name: string): Promise<void> => userEvent.click(button(name));
const formState = (): string | undefined => screen.getByRole("form").dataset.form;
const description = (input: HTMLElement): string =>
  (input.getAttribute("aria-describedby") ?? "")
    .split(" ")
    .map((id) => document.getElementById(id)?.textContent ?? "")
    .join(" ");
async function type(name: string, text: string): Promise<void> {
  await userEvent.clear(field(name));
  await userEvent.type(field(name), text);
}
const whereOf = (swarm: Swarm) => {
  const { room, server } = swarm.getSignalingStatus();
  return [server, room];
};

describe("useSettings and useSettingsTest", () => {
  it("apply and test, tell how it went, and render for settings alone", async () => {
    const { network, ada } = await pair();
    const page = probe(ada, () => useSettings());
    const renders = page.values.length;
    await turn(network, 60_000);
    expect(page.values.length).toBe(renders);
    let worked: boolean | undefined;
    const apply = async (room: string): Promise<void> => {
      await act(async () => {
        void page
          .last()
          .apply.start({ room })
          .then((value) => {
            worked = value;
          });
      });
      await turn(network, 1000);
    };
    await apply("");
    expect([worked, page.last().apply]).toMatchObject([
      false,
      { state: "failed", error: { code: "invalid-option" } },
    ]);
    await apply("library");
    expect([worked, page.last().apply.state, whereOf(ada)]).toEqual([true, "done", ["memory", "library"]]);

    const tester = probe(ada, () => useSettingsTest());
    await act(async () => void tester.last().start({ part: "server", change: { url: SECOND } }));
    expect(tester.last().state).toBe("running");
    await turn(network, 1000);
    expect(tester.last()).toMatchObject({ state: "done", result: { verdict: "failing" } });
    await act(async () => tester.last().reset());
    expect(tester.last()).toMatchObject({ state: "idle", result: undefined });
    await act(async () => void tester.last().start({ part: "ice", change: { iceServers: [TURN] } }));
    tester.unmount();
    await turn(network, 100);
    page.unmount();
    expect(listeners(ada)).toBe(0);
  });
});

describe("SettingsPanel", () => {
  it("shows what is in force, follows it, and never shows what is secret", async () => {
    const { network, ada } = await pair();
    await ada.configureSignaling({ token: "a-very-secret-token", secret: null, iceServers: [TURN] });
    renderStrict(ada, <SettingsPanel />);
    expect([region().dataset.state, formState(), field("Room").value]).toEqual([
      "joined",
      "unchanged",
      "lobby",
    ]);
    expect(field("Token for the server").placeholder).toBe("Set, not shown");
    expect(field("Room secret").placeholder).toBe("None");
    expect([field("Addresses").value, field("Username").value, field("Credential").value]).toEqual([
      TURN.urls,
      "ada",
      "",
    ]);
    expect(document.body.innerHTML).not.toContain("very-secret");
    await act(() => ada.configureSignaling({ icePolicy: "relay" }));
    await turn(network, 10);
    expect(screen.getByRole<HTMLInputElement>("checkbox", { name: "Use TURN servers only" }).checked).toBe(
      true,
    );
    expect(formState()).toBe("unchanged");
  });

  it("moves to another room by the keyboard alone", async () => {
    const { network, ada, bob } = await pair();
    const user = userEvent.setup();
    renderStrict(ada, <SettingsPanel />);
    await user.tab();
    expect(document.activeElement).toBe(field("Your name"));
    await user.tab();
    expect(document.activeElement).toBe(field("Room"));
    await user.keyboard("{Control>}a{/Control}{Backspace}library");
    expect(
      screen.getByText("You leave “lobby” and join “library”: links to others are closed."),
    ).toBeTruthy();
    await user.keyboard("{Enter}");
    expect(formState()).toBe("applying");
    await turn(network, 2000);
    expect([formState(), whereOf(ada), statusOf(ada)]).toEqual(["applied", ["memory", "library"], "joined"]);
    expect(screen.getByText("Applied. You are in “library”.").getAttribute("role")).toBe("status");
    expect(bob.store.getSnapshot().peers).toEqual([]);
    const order: string[] = [];
    for (let stop = 0; stop < 4; stop++) {
      await user.tab();
      const { activeElement } = document;
      order.push((activeElement as HTMLInputElement).name || (activeElement?.textContent ?? ""));
    }
    expect(order).toEqual(["secret", "url", "Test server", "Token and key"]);
  });

  it("tells others another name without leaving, and that there is none", async () => {
    const { network, ada, bob } = await pair();
    const adaId = idOf(ada);
    renderStrict(ada, <SettingsPanel rememberAs={KEY} />);
    await type("Your name", " Ada ");
    expect(screen.getByText("You stay where you are. Others see the new name at once.")).toBeTruthy();
    await userEvent.click(screen.getByRole("checkbox", { name: "Remember in this browser" }));
    await press("Apply");
    await turn(network, 1000);
    const seen = () => bob.store.getSnapshot().peers.map(({ peerId, profile }) => [peerId, profile.name]);
    expect([formState(), seen()]).toEqual(["applied", [[adaId, "Ada"]]]);
    expect([field("Your name").value, recallSettings(KEY).name]).toEqual(["Ada", "Ada"]);
    await act(async () => void ada.announce({ name: "Augusta" }));
    expect(field("Your name").value).toBe("Augusta");
    await userEvent.clear(field("Your name"));
    await press("Apply");
    await turn(network, 1000);
    expect([seen(), recallSettings(KEY).name]).toEqual([[[adaId, undefined]], null]);
    await type("Your name", "x".repeat(65));
    await userEvent.tab();
    expect(description(field("Your name"))).toContain("Other members accept names of 64 characters.");
  });

  it("applies nothing while something cannot be used, and says where and why", async () => {
    const { network, ada } = await pair();
    const adaId = idOf(ada);
    renderStrict(ada, <SettingsPanel />);
    await type("Signalling server", "nonsense");
    expect(field("Signalling server").getAttribute("aria-invalid")).toBeNull();
    await userEvent.tab();
    expect(description(field("Signalling server"))).toMatch(/http or https URL.*Pass something/);
    await type("Room", "library");
    await press("Apply");
    await turn(network, 1000);
    expect(document.activeElement).toBe(field("Signalling server"));
    expect(field("Signalling server").getAttribute("aria-invalid")).toBe("true");
    expect(screen.getByText("1 entry cannot be used yet.")).toBeTruthy();
    expect([idOf(ada), whereOf(ada)]).toEqual([adaId, ["memory", "lobby"]]);
    await press("Revert");
    expect([formState(), field("Room").value, screen.queryByText(/cannot be used/)]).toEqual([
      "unchanged",
      "lobby",
      null,
    ]);
  });

  it("opens the part that holds what cannot be used", async () => {
    const { ada } = await pair();
    renderStrict(ada, <SettingsPanel />);
    const fold = region().querySelector<HTMLDetailsElement>('[data-fold="access"]');
    await userEvent.clear(field("Server key"));
    expect(fold?.open).toBe(false);
    await press("Apply");
    expect([fold?.open, document.activeElement]).toEqual([true, field("Server key")]);
  });

  it("keeps what was typed where applying fails, and everything is as it was", async () => {
    const { network, ada } = await pair();
    const [adaId, before] = [idOf(ada), ada.store.getSnapshot().settings];
    renderStrict(ada, <SettingsPanel />);
    await type("Signalling server", SECOND);
    await userEvent.type(field("Room secret"), "a word");
    await press("Apply");
    await turn(network, 1000);
    const alert = inside(region()).getAllByRole("alert").at(-1);
    expect(alert?.textContent).toMatch(/stopped.*What to do.*as they were.*still here/);
    expect([formState(), field("Signalling server").value, field("Room secret").value]).toEqual([
      "failed",
      SECOND,
      "a word",
    ]);
    expect([idOf(ada), ada.store.getSnapshot().settings]).toEqual([adaId, before]);
    network.serverAt(SECOND);
    await press("Apply");
    await turn(network, 2000);
    expect([formState(), whereOf(ada), field("Room secret").value]).toEqual([
      "applied",
      [SECOND, "lobby"],
      "",
    ]);
    expect(alert?.textContent).toBe("");
  });

  it("is stopped while it applies", async () => {
    const { network, ada } = await pair();
    renderStrict(ada, <SettingsPanel />);
    await type("Room", "library");
    await press("Apply");
    await press("Stop");
    await turn(network, 1000);
    expect([formState(), whereOf(ada)]).toEqual(["changed", ["memory", "lobby"]]);
    expect(screen.getByText("Stopped. The settings are as they were.")).toBeTruthy();
  });

  it("removes token and secret, and adds them, without ever showing them", async () => {
    const { network, ada } = await pair();
    await ada.configureSignaling({ token: "old" });
    renderStrict(ada, <SettingsPanel />);
    await userEvent.click(screen.getByRole("checkbox", { name: "Remove the token" }));
    expect(screen.getByText(/^You stay where you are. The token/)).toBeTruthy();
    await press("Apply");
    await turn(network, 1000);
    expect(ada.store.getSnapshot().settings.transport?.hasToken).toBe(false);
    expect(screen.queryByRole("checkbox", { name: "Remove the token" })).toBeNull();
    await userEvent.type(field("Token for the server"), "new");
    await userEvent.type(field("Room secret"), "a word");
    await press("Apply");
    await turn(network, 1000);
    expect(ada.store.getSnapshot().settings).toMatchObject({
      hasSecret: true,
      transport: { hasToken: true },
    });
    expect([field("Token for the server").value, field("Room secret").value]).toEqual(["", ""]);
  });

  it("keeps credentials that nobody touched, and wants them again for a server that was changed", async () => {
    const { network, ada } = await pair();
    await ada.configureSignaling({ iceServers: [TURN] });
    const [first] = ada.store.getSnapshot().settings.transport?.iceServers ?? [];
    renderStrict(ada, <SettingsPanel />);
    await press("Add a server");
    expect(document.activeElement).toBe(screen.getAllByLabelText("Addresses")[1]);
    await userEvent.keyboard("stun:stun.example");
    await press("Apply");
    await turn(network, 1000);
    const servers = () => ada.store.getSnapshot().settings.transport?.iceServers;
    expect(servers()).toMatchObject([
      { id: first?.id, hasCredential: true },
      { urls: ["stun:stun.example"] },
    ]);

    await type("Username", "bob");
    await press("Apply");
    expect(screen.getByText(/has to be typed again/)).toBeTruthy();
    await userEvent.type(field("Credential"), "another");
    await press("Apply");
    await turn(network, 1000);
    expect(servers()).toMatchObject([{ username: "bob", hasCredential: true }, {}]);

    await press("Remove server 2");
    expect(document.activeElement).toBe(button("Add a server"));
    await press("Apply");
    await turn(network, 1000);
    expect(servers()).toHaveLength(1);
  });

  it("tests what is typed, not what is in force, and forgets the result when it is changed", async () => {
    const { network, ada } = await pair();
    network.serverAt(SECOND).authorize = ({ token }) => token === "right";
    renderStrict(ada, <SettingsPanel />);
    await type("Signalling server", SECOND);
    await press("Test server");
    await turn(network, 100);
    expect(region().querySelector('[data-code="token-refused"]')).not.toBeNull();
    await userEvent.type(field("Token for the server"), "right");
    expect(region().querySelector('[data-code="token-refused"]')).toBeNull();
    await press("Test server");
    await turn(network, 100);
    expect(screen.getByText("Works")).toBeTruthy();
    expect(whereOf(ada)).toEqual(["memory", "lobby"]);

    await press("Add a server");
    await userEvent.keyboard("stun:stun.example");
    await press("Test server 1");
    await turn(network, 100);
    expect(screen.getByText("Testing")).toBeTruthy();
    await press("Stop test");
    await turn(network, 100);
    expect(screen.queryByText("Testing")).toBeNull();
    await press("Test server 1");
    await turn(network, 15_000);
    expect(region().querySelector('[data-code="stun-unreachable"]')).not.toBeNull();
  });

  it("tests nothing that cannot be used, but says what is wrong with it", async () => {
    const { ada } = await pair();
    renderStrict(ada, <SettingsPanel />);
    await press("Add a server");
    await userEvent.keyboard("turn:turn.example");
    await press("Test server 1");
    expect(screen.getByText(/has no username or no credential/)).toBeTruthy();
    expect(screen.queryByText("Testing")).toBeNull();
  });

  it("remembers on request, secrets only when asked, and forgets", async () => {
    const { network, ada } = await pair();
    renderStrict(ada, <SettingsPanel rememberAs={KEY} />);
    const tick = (name: string) => userEvent.click(screen.getByRole("checkbox", { name }));
    const apply = async (): Promise<void> => {
      await press("Apply");
      await turn(network, 2000);
    };
    await type("Room", "library");
    await userEvent.type(field("Token for the server"), "a-very-secret-token");
    await apply();
    expect(localStorage.length).toBe(0);
    await tick("Remember in this browser");
    await userEvent.type(field("Token for the server"), "a-very-secret-token");
    await apply();
    expect(recallSettings(KEY)).toMatchObject({ room: "library" });
    expect(localStorage.getItem(KEY)).not.toContain("very-secret");
    await tick("Token, secret and credentials too");
    await userEvent.type(field("Token for the server"), "a-very-secret-token");
    await apply();
    expect(recallSettings(KEY)).toMatchObject({ token: "a-very-secret-token" });
    await tick("Remember in this browser");
    await apply();
    expect(localStorage.length).toBe(0);
  });

  it("shows room and secret alone where the transport tells nothing of itself", async () => {
    const network = memoryNetwork();
    const ada = network.swarm();
    const mute = {
      ...ada,
      store: {
        ...ada.store,
        getSnapshot: () => withoutSettings(ada),
      },
    };
    renderStrict(mute, <SettingsPanel />);
    expect(screen.queryByLabelText("Signalling server")).toBeNull();
    expect(field("Room").value).toBe("peerswarm-default");
  });

  it("takes other words", async () => {
    const { ada } = await pair();
    const german = {
      settings: { title: "Einstellungen", problem: (_: unknown, name: string) => `Falsch: ${name}` },
    };
    renderStrict(
      ada,
      <TextsProvider texts={german}>
        <SettingsPanel headingLevel={4} />
      </TextsProvider>,
    );
    expect(screen.getByRole("heading", { name: "Einstellungen", level: 4 })).toBeTruthy();
    await userEvent.clear(field("Room"));
    await userEvent.tab();
    expect(screen.getByText("Falsch: room")).toBeTruthy();
  });
});

const seen = new WeakMap<object, ReturnType<Swarm["store"]["getSnapshot"]>>();
/** What the store would show if the transport could not tell its settings. */
function withoutSettings(swarm: Swarm): ReturnType<Swarm["store"]["getSnapshot"]> {
  const snapshot = swarm.store.getSnapshot();
  const known = seen.get(snapshot);
  if (known !== undefined) return known;
  const mute = { ...snapshot, settings: { hasSecret: false, transport: undefined } };
  seen.set(snapshot, mute);
  return mute;
}
