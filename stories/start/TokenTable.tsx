import { parse, wcagContrast } from "culori";
import { type ReactNode, useLayoutEffect, useRef, useState } from "react";
import sheet from "../../src/components/styles/theme.css?raw";
import "./start.css";

const THEMES = ["light", "dark"] as const;
type Theme = (typeof THEMES)[number];
type Values = Readonly<Record<string, string>>;

/** The properties that differ between the themes: the colours. */
const NAMES = [...sheet.matchAll(/(--ps-[a-z-]+): var\(--ps-when-light, #/g)].map(([, name = ""]) => name);

/** What a colour is seen against; a ground is read by the text on it. */
const partnerOf = (name: string): string => {
  if (/-surface$|^--ps-surface/.test(name)) return "--ps-text";
  return { "--ps-on-accent": "--ps-accent", "--ps-on-bad": "--ps-bad" }[name] ?? "--ps-surface";
};

/** Every colour as it is in this page, in both themes, and how it stands out. */
export function TokenTable(): ReactNode {
  const [values, setValues] = useState<Readonly<Record<Theme, Values>>>();
  const frame = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (frame.current !== null)
      setValues({ light: read(frame.current, "light"), dark: read(frame.current, "dark") });
  }, []);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard.
    <section className="start-tokens" ref={frame} tabIndex={0} aria-label="Colours">
      {THEMES.map((theme) => (
        <span key={theme} hidden data-theme={theme} />
      ))}
      <table>
        <thead>
          <tr>
            <th scope="col">Property</th>
            <th scope="col">Light</th>
            <th scope="col">Contrast</th>
            <th scope="col">Dark</th>
            <th scope="col">Contrast</th>
            <th scope="col">Against</th>
          </tr>
        </thead>
        <tbody>
          {values !== undefined && NAMES.map((name) => <TokenRow key={name} name={name} values={values} />)}
        </tbody>
      </table>
    </section>
  );
}

function read(frame: HTMLElement, theme: Theme): Values {
  const probe = frame.querySelector(`[data-theme="${theme}"]`);
  if (probe === null) return {};
  const style = getComputedStyle(probe);
  return Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(name).trim()]));
}

interface TokenRowProps {
  readonly name: string;
  readonly values: Readonly<Record<Theme, Values>>;
}

function TokenRow({ name, values }: TokenRowProps): ReactNode {
  const partner = partnerOf(name);
  return (
    <tr>
      <th scope="row">
        <code>{name}</code>
      </th>
      {THEMES.map((theme) => (
        <Sample key={theme} colour={values[theme][name] ?? ""} partner={values[theme][partner] ?? ""} />
      ))}
      <td>
        <code>{partner}</code>
      </td>
    </tr>
  );
}

function Sample({ colour, partner }: { readonly colour: string; readonly partner: string }): ReactNode {
  const [one, other] = [parse(colour), parse(partner)];
  return (
    <>
      <td>
        <span className="start-swatch" style={{ background: colour }} />
        <code>{colour}</code>
      </td>
      <td data-contrast>{one && other ? `${wcagContrast(one, other).toFixed(1)} : 1` : "–"}</td>
    </>
  );
}
