import { type ReactNode, useId } from "react";
import { useLocale } from "../texts/TextsProvider.js";
import { DialogHost } from "./DialogHost.js";

/** Props that every panel takes. */
export interface PanelProps {
  /** In the place of the panel's own title; also its accessible name. */
  readonly title?: string;
  /** Level of the title in the page's outline. Default 2. */
  readonly headingLevel?: 2 | 3 | 4 | 5 | 6;
  /** Added to the panel's own class. */
  readonly className?: string;
}

/** Props of {@link Panel}. */
export interface PanelFrameProps extends PanelProps {
  readonly title: string;
  /** Which panel it is, as `data-panel`. */
  readonly name: string;
  /** What it shows, as `data-state`. */
  readonly state?: string;
  /** Beside the title. */
  readonly aside?: ReactNode;
  readonly children?: ReactNode;
}

/** The frame of every panel: a region named by its title. Use it for panels of your own. */
export function Panel(props: PanelFrameProps): ReactNode {
  const { name, state, title, headingLevel = 2, aside, className, children } = props;
  const locale = useLocale();
  const titleId = useId();
  const Heading = `h${headingLevel}` as const;
  return (
    <section
      className={className === undefined ? "ps-panel" : `ps-panel ${className}`}
      // Screen readers pronounce a panel's words by its language, whatever the page's is.
      lang={locale}
      data-panel={name}
      data-state={state}
      // For pages around a shadow root, as that of <swarm-widget>.
      part={`panel panel-${name}`}
      aria-labelledby={titleId}
    >
      <header className="ps-panel-header">
        <Heading className="ps-panel-title" part="panel-title" id={titleId}>
          {title}
        </Heading>
        {aside}
      </header>
      <DialogHost>{children}</DialogHost>
    </section>
  );
}
