import { createRoot, type Root } from "react-dom/client";
import styles from "../components/styles.css?inline";
import { type Cancel, createSwarm, type IdentityChoice, peerTransport, type Swarm } from "../core/index.js";
import { SwarmWidget } from "./SwarmWidget.js";
import { type SwarmWidgetStatus, widgetStatus } from "./widgetStatus.js";

/** Name under which the element is registered. */
export const WIDGET_TAG = "swarm-widget";

/** A `<swarm-widget>`: the gate and the dashboard in a shadow root. */
export interface SwarmWidgetElement extends HTMLElement {
  /**
   * The swarm it shows. Without one it makes its own from the attributes, once it is in the page, and leaves
   * it when it is taken out. Setting one makes the app its owner.
   */
  swarm: Swarm | undefined;
  getStatus(): SwarmWidgetStatus;
}

/** Event that tells of every change of {@link SwarmWidgetElement.getStatus}'s `state`. */
export const STATUS_EVENT = "swarm-status";

const NO_SWARM: SwarmWidgetStatus = {
  state: "disabled",
  primaryMetric: "0 peers",
  secondaryMetric: "Idle",
  lastActivity: undefined,
  message: undefined,
};

/**
 * The element's class; made on call, because a page is needed to have one.
 *
 * Attributes: `room`, `signaling-url`, `name`, `identity` (`persistent` or `session`) and `ice` (`none` for no
 * STUN) for the swarm that it makes; `theme` (`light`, `dark`, `system`). A changed `room` is joined at once.
 */
export function createWidgetClass(): new () => SwarmWidgetElement {
  return class extends HTMLElement implements SwarmWidgetElement {
    static readonly observedAttributes: readonly string[] = ["room", "theme"];
    #given: Swarm | undefined;
    #own: Swarm | undefined;
    #root: Root | undefined;
    #frame: HTMLElement | undefined;
    #stopWatching: Cancel | undefined;

    get swarm(): Swarm | undefined {
      return this.#given ?? this.#own;
    }

    set swarm(swarm: Swarm | undefined) {
      if (swarm === this.#given) return;
      this.#given = swarm;
      if (swarm !== undefined) this.#leaveOwn();
      if (this.isConnected) this.#show();
    }

    getStatus(): SwarmWidgetStatus {
      const { swarm } = this;
      return swarm === undefined ? NO_SWARM : widgetStatus(swarm.store.getSnapshot());
    }

    connectedCallback(): void {
      this.#show();
    }

    disconnectedCallback(): void {
      // An element that is moved is taken out and put back within one task.
      queueMicrotask(() => {
        if (!this.isConnected) this.#hide();
      });
    }

    attributeChangedCallback(name: string, _before: string | null, now: string | null): void {
      if (name === "theme") this.#frame?.setAttribute("data-theme", now ?? "system");
      if (name === "room" && now !== null) {
        this.#own?.configureSignaling({ room: now }).catch(() => undefined);
      }
    }

    #show(): void {
      const swarm = this.#given ?? this.#makeOwn();
      this.#frame ??= this.#createFrame();
      this.#root ??= createRoot(this.#frame);
      const storageKey = `peerswarm-gate:${this.id || swarm.getSignalingStatus().room}`;
      this.#root.render(<SwarmWidget swarm={swarm} storageKey={storageKey} />);
      this.#watch(swarm);
    }

    #hide(): void {
      this.#stopWatching?.();
      this.#stopWatching = undefined;
      this.#root?.unmount();
      this.#root = undefined;
      this.#leaveOwn();
    }

    #makeOwn(): Swarm {
      const url = this.getAttribute("signaling-url");
      this.#own ??= createSwarm({
        room: this.getAttribute("room") ?? undefined,
        name: this.getAttribute("name") ?? undefined,
        identity: (this.getAttribute("identity") as IdentityChoice | null) ?? undefined,
        transport: peerTransport({
          url: url ?? undefined,
          iceServers: this.getAttribute("ice") === "none" ? [] : undefined,
        }),
      });
      return this.#own;
    }

    #leaveOwn(): void {
      void this.#own?.leave();
      this.#own = undefined;
    }

    #createFrame(): HTMLElement {
      const shadow = this.shadowRoot ?? this.attachShadow({ mode: "open" });
      // A constructed sheet is no inline style: a strict Content-Security-Policy lets it pass.
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(styles);
      shadow.adoptedStyleSheets = [sheet];
      const frame = document.createElement("div");
      frame.dataset.theme = this.getAttribute("theme") ?? "system";
      shadow.append(frame);
      return frame;
    }

    #watch(swarm: Swarm): void {
      this.#stopWatching?.();
      let { state } = this.getStatus();
      this.#stopWatching = swarm.store.subscribe(() => {
        const status = this.getStatus();
        if (status.state === state) return;
        state = status.state;
        this.dispatchEvent(new CustomEvent<SwarmWidgetStatus>(STATUS_EVENT, { detail: status }));
      });
    }
  };
}
