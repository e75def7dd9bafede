/** The attribute behind each property of `<swarm-widget>` that is a plain text. */
export const ATTRIBUTES = {
  room: "room",
  signalingUrl: "signaling-url",
  name: "name",
  identity: "identity",
  ice: "ice",
  panels: "panels",
  theme: "theme",
  density: "density",
} as const;

/** Properties of `<swarm-widget>` that are attributes, too: setting one sets the other. */
export type AttributeProperties = { -readonly [Name in keyof typeof ATTRIBUTES]: string | undefined };

/**
 * An element with {@link ATTRIBUTES} as properties. `undefined` and `null` take the attribute away: React passes
 * them for a prop that is gone.
 */
export function withAttributes(Base: typeof HTMLElement): new () => HTMLElement & AttributeProperties {
  class Reflecting extends Base {}
  for (const [property, attribute] of Object.entries(ATTRIBUTES)) {
    Object.defineProperty(Reflecting.prototype, property, reflecting(attribute));
  }
  return Reflecting as new () => HTMLElement & AttributeProperties;
}

function reflecting(attribute: string): PropertyDescriptor & ThisType<HTMLElement> {
  return {
    configurable: true,
    enumerable: true,
    get() {
      return this.getAttribute(attribute) ?? undefined;
    },
    set(value: unknown) {
      if (value === undefined || value === null) this.removeAttribute(attribute);
      else this.setAttribute(attribute, String(value));
    },
  };
}

/**
 * Hands what was set on an element before its class was known to the class's setters, which it would hide
 * for ever.
 */
export function upgradeProperties(element: HTMLElement, names: readonly string[]): void {
  const values = element as unknown as Record<string, unknown>;
  for (const name of names) {
    if (!Object.hasOwn(element, name)) continue;
    const value = values[name];
    delete values[name];
    values[name] = value;
  }
}
