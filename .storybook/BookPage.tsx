import {
  AnchorMdx,
  Controls,
  Description,
  DocsContext,
  Markdown,
  Primary,
  Subtitle,
  Title,
} from "@storybook/addon-docs/blocks";
import { type ReactNode, useContext } from "react";

/**
 * What a panel is, live, and where its other states are. They are not all shown in one page: each of them is a network
 * of swarms of its own, and two dozen at once would keep each other from ever gathering.
 */
export function BookPage(): ReactNode {
  return (
    <>
      <Title />
      <Subtitle />
      <Description of="meta" />
      <Primary />
      <Controls />
      <States />
    </>
  );
}

function States(): ReactNode {
  const stories = useContext(DocsContext).componentStories();
  return (
    <>
      <h2 id="states">States</h2>
      <dl className="book-states">
        {stories.map(({ id, name, parameters }) => (
          <div key={id}>
            <dt>
              <AnchorMdx href={`?path=/story/${id}`} target="_self">
                {name}
              </AnchorMdx>
            </dt>
            <dd>
              <Markdown>{String(parameters.docs?.description?.story ?? "")}</Markdown>
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}
