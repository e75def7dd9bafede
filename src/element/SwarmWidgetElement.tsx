import { createRoot, type Root } from "react-dom/client";
import { englishTexts } from "../components/locales/en/index.js";
import { rememberedChoice } from "../components/parts/rememberedChoice.js";
import type { TextsOverride } from "../components/texts/texts.js";
import { type Cancel, type PeerTransportOptions, type Swarm, SwarmError } from "../core/index.js";
import { ATTRIBUTES, type AttributeProperties, upgradeProperties, withAttributes } from "./attributes.js";
import { STATUS_EVENT, tell, watchSwarm } from "./events.js";
import { Problems } from "./problems.js";
import { SwarmWidget } from "./SwarmWidget.js";
import { createFrame, dress, languageAround } from "./shadow.js";
import { fitSwarm, type OwnSwarm, readSwarmSettings } from "./swarmSettings.js";
import { readViewSettings, type ViewSettings } from "./viewSettings.js";
import { type SwarmWidgetStatus, statusWithoutSwarm, widgetStatus } from "./widgetStatus.js";

/** Name under which the element is registered. */
export const WIDGET_TAG = "swarm-widget";

/**
 * A `<swarm-widget>`: the gate and the dashboard in a shadow root. Its attributes are properties, too (`lang` and
 * `id` by HTML itself); a value that cannot be used is shown in the widget and told by `getStatus()`, never thrown.
 */
export interface SwarmWidgetElement extends HTMLElement, AttributeProperties {
  /**
   * The swarm it shows. Without one it makes its own from the attributes, once it is in the page, and leaves
   * it when it is taken out. Setting one makes the app its owner, and `undefined` takes it away again.
   */
  swarm: Swarm | undefined;
  /** In the place of the panels' own texts; its `locale` is stronger than the attribute `lang`. */
  texts: TextsOverride | undefined;
  /** ICE servers of its own swarm, TURN too, or a function that fetches them; stronger than the attribute `ice`. */
  iceServers: PeerTransportOptions["iceServers"];
  /**
   * Token for the signalling server, or a function that fetches one before each connect; stronger than the attribute
   * `token`, which it does not write: what is in the page's markup is seen by every script.
   */
  token: PeerTransportOptions["token"];
  /** What it says of itself in one glance, now. */
  getStatus(): SwarmWidgetStatus;
  /**
   * Joins without the gate: call it when the visitor has agreed in another way. Nothing is remembered.
   * @throws SwarmError as `swarm.join` does, `invalid-option` where the attributes make no swarm, `not-joined`
   * outside of a page; all by rejection
   */
  join(): Promise<void>;
  /** Leaves, and forgets that the visitor has agreed: the next visit begins with the gate. */
  leave(): Promise<void>;
}

const PROPERTIES = [...Object.keys(ATTRIBUTES), "swarm", "texts", "iceServers", "token"];

/** The element's class; made on call, because a page is needed to have one. */
export function createWidgetClass(): new () => SwarmWidgetElement {
  return class extends withAttributes(HTMLElement) implements SwarmWidgetElement {
    static readonly observedAttributes: readonly string[] = [
      ...Object.values(ATTRIBUTES),
      "token",
      "lang",
      "id",
    ];
    #given: Swarm | undefined;
    #own: OwnSwarm | undefined;
    #texts: TextsOverride | undefined;
    #iceServers: PeerTransportOptions["iceServers"];
    #token: PeerTransportOptions["token"];

    #view: ViewSettings = { panels: undefined, texts: englishTexts };
    #problems: readonly SwarmError[] = [];
    #isStale = false;
    /** Where the visitor's choice is kept. */
    #storageKey: string | undefined;

    #root: Root | undefined;
    #frame: HTMLElement | undefined;
    #watched: Swarm | undefined;
    #stopWatching: Cancel | undefined;
    #told = statusWithoutSwarm(englishTexts);

    constructor() {
      super();
      upgradeProperties(this, PROPERTIES);
    }

    get swarm(): Swarm | undefined {
      return this.#given ?? this.#own?.swarm;
    }

    set swarm(swarm: Swarm | undefined | null) {
      this.#given = swarm ?? undefined;
      this.#changed();
    }

    get texts(): TextsOverride | undefined {
      return this.#texts;
    }

    set texts(texts: TextsOverride | undefined | null) {
      this.#texts = texts ?? undefined;
      this.#changed();
    }

    get iceServers(): PeerTransportOptions["iceServers"] {
      return this.#iceServers;
    }

    set iceServers(servers: PeerTransportOptions["iceServers"] | null) {
      this.#iceServers = servers ?? undefined;
      this.#changed();
    }

    get token(): PeerTransportOptions["token"] {
      return this.#token ?? this.getAttribute("token") ?? undefined;
    }

    set token(token: PeerTransportOptions["token"]) {
      this.#token = token ?? undefined;
      this.#changed();
    }

    getStatus(): SwarmWidgetStatus {
      this.#refresh();
      return this.#status();
    }

    #status(): SwarmWidgetStatus {
      const { texts } = this.#view;
      const swarm = this.#shown();
      const trouble = this.#problems.map(({ message }) => message).join(" ") || undefined;
      if (swarm === undefined) return statusWithoutSwarm(texts, trouble);
      const status = widgetStatus(swarm.store.getSnapshot(), texts);
      return { ...status, message: status.message ?? trouble };
    }

    async join(): Promise<void> {
      this.#refresh();
      await this.#usable().join();
    }

    async leave(): Promise<void> {
      rememberedChoice(this.#storageKey ?? this.#findStorageKey()).set(false);
      await this.#shown()?.leave();
    }

    connectedCallback(): void {
      this.#update();
    }

    disconnectedCallback(): void {
      // An element that is moved is taken out and put back within one task.
      queueMicrotask(() => {
        if (!this.isConnected) this.#hide();
      });
    }

    adoptedCallback(): void {
      if (this.shadowRoot !== null) dress(this.shadowRoot);
    }

    attributeChangedCallback(): void {
      this.#changed();
    }

    // Several attributes that change in one go are one change of the swarm.
    #changed(): void {
      if (this.#isStale || !this.isConnected) return;
      this.#isStale = true;
      queueMicrotask(() => this.#refresh());
    }

    #refresh(): void {
      if (this.#isStale && this.isConnected) this.#update();
    }

    #update(): void {
      this.#isStale = false;
      const problems = new Problems();
      const read = (attribute: string): string | null => this.getAttribute(attribute);
      const language = languageAround(this);
      this.#view = readViewSettings(read, { texts: this.#texts, language }, problems);
      this.#chooseSwarm(read, problems);
      this.#problems = problems.list;
      this.#render();
      this.#watch();
      this.#tellStatus();
    }

    #chooseSwarm(read: (attribute: string) => string | null, problems: Problems): void {
      if (this.#given !== undefined) {
        void this.#own?.swarm.leave();
        this.#own = undefined;
        if (!isSwarm(this.#given)) {
          problems.add("What was set as swarm is not a swarm.", "Set what createSwarm() returned.");
        }
        return;
      }
      const before = problems.list.length;
      const given = { iceServers: this.#iceServers, token: this.#token };
      const settings = readSwarmSettings(read, given, problems);
      // A swarm that is there stays as it is until the attributes make sense again.
      if (problems.list.length === before) this.#own = fitSwarm(this.#own, settings);
    }

    #shown(): Swarm | undefined {
      const { swarm } = this;
      return isSwarm(swarm) ? swarm : undefined;
    }

    #usable(): Swarm {
      const swarm = this.#shown();
      if (swarm !== undefined && (this.isConnected || this.#given !== undefined)) return swarm;
      throw (
        this.#problems[0] ??
        new SwarmError("not-joined", {
          what: "This widget is not in a page, and has no swarm.",
          fix: "Append it first, or set its property swarm.",
        })
      );
    }

    #findStorageKey(): string {
      const swarm = this.#shown();
      const isThere = swarm !== undefined && swarm === this.#watched;
      // The choice goes along with a swarm that moves: who leaves it takes back what was chosen in the first room.
      if (isThere && !this.id && this.#storageKey && swarm.store.getSnapshot().status !== "off")
        return this.#storageKey;
      const room = this.#own?.settings.room ?? swarm?.getSignalingStatus().room;
      return `peerswarm-gate:${this.id || room}`;
    }

    #render(): void {
      this.#storageKey = this.#findStorageKey();
      this.#frame ??= createFrame(this);
      this.#frame.lang = this.#view.texts.locale;
      this.#root ??= createRoot(this.#frame);
      this.#root.render(
        <SwarmWidget
          swarm={this.#shown()}
          storageKey={this.#storageKey}
          problems={this.#problems}
          {...this.#view}
        />,
      );
    }

    #watch(): void {
      const swarm = this.#shown();
      if (swarm === this.#watched) return;
      this.#stopWatching?.();
      this.#watched = swarm;
      this.#stopWatching = swarm && watchSwarm(swarm, this, () => this.#tellStatus());
    }

    #tellStatus(): void {
      const before = this.#told;
      const status = this.#status();
      this.#told = status;
      const isSame =
        status.state === before.state &&
        status.primaryMetric === before.primaryMetric &&
        status.message === before.message;
      if (!isSame) tell(this, STATUS_EVENT, status);
    }

    #hide(): void {
      this.#stopWatching?.();
      this.#stopWatching = undefined;
      this.#watched = undefined;
      this.#root?.unmount();
      this.#root = undefined;
      void this.#own?.swarm.leave();
    }
  };
}

const isSwarm = (value: Partial<Swarm> | undefined): value is Swarm =>
  typeof value?.store?.getSnapshot === "function" && typeof value.join === "function";
