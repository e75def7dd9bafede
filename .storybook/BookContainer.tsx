import { DocsContainer, type DocsContainerProps } from "@storybook/addon-docs/blocks";
import { type PropsWithChildren, type ReactNode, useEffect, useState } from "react";
import { GLOBALS_UPDATED, SET_GLOBALS } from "storybook/internal/core-events";
import { look, preferredScheme } from "./look.js";

interface Told {
  readonly globals: { readonly theme?: string };
}

const inAddress = (): string | undefined =>
  new URLSearchParams(location.search).get("globals")?.match(/(?:^|;)theme:(\w+)/)?.[1];

/** A page of the book, in the theme that the toolbar says. */
export function BookContainer(props: PropsWithChildren<DocsContainerProps>): ReactNode {
  const { channel } = props.context;
  const [theme, setTheme] = useState(inAddress);
  useEffect(() => {
    const follow = ({ globals }: Told): void => setTheme(globals.theme);
    const events = [SET_GLOBALS, GLOBALS_UPDATED];
    for (const event of events) channel.on(event, follow);
    return () => {
      for (const event of events) channel.off(event, follow);
    };
  }, [channel]);
  return (
    <DocsContainer
      {...props}
      theme={look[theme === "light" || theme === "dark" ? theme : preferredScheme()]}
    />
  );
}
