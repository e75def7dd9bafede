import type { ReactNode } from "react";
import { useMeshHealth } from "../../hooks/index.js";
import { EventsBehind } from "../parts/EventsBehind.js";
import { formatCount, formatPercent } from "../parts/format.js";
import { usePeersTexts } from "../texts/peersTexts.js";
import { useLocale } from "../texts/TextsProvider.js";

/** How whole the mesh is, in a line; below it on request why dials failed. Nothing where nobody is expected. */
export function MeshLine(): ReactNode {
  const texts = usePeersTexts();
  const locale = useLocale();
  const { openLinks, expectedLinks, attempts } = useMeshHealth();
  const { successRate, failed } = attempts;
  if (expectedLinks === 0 && successRate === undefined) return null;
  const line = texts.mesh({
    open: formatCount(openLinks, locale),
    expected: formatCount(expectedLinks, locale),
    dials: successRate === undefined ? undefined : formatPercent(successRate, locale),
  });
  return (
    <div
      className="ps-mesh"
      data-mesh={openLinks === expectedLinks ? "whole" : "broken"}
      data-open-links={openLinks}
      data-expected-links={expectedLinks}
      data-success-rate={successRate}
    >
      {failed === 0 ? (
        <p>{line}</p>
      ) : (
        <details className="ps-details">
          <summary>
            <bdi>{line}</bdi>
          </summary>
          <Failures failures={attempts.failures} />
        </details>
      )}
    </div>
  );
}

function Failures({ failures }: { readonly failures: Readonly<Record<string, number>> }): ReactNode {
  const texts = usePeersTexts();
  const locale = useLocale();
  const reasons = Object.entries(failures).sort(([, a], [, b]) => b - a);
  return (
    <dl className="ps-reasons">
      {reasons.map(([code, count]) => {
        const [word, number] = [texts.dialFailures[code] ?? code, formatCount(count, locale)];
        return (
          <div key={code} data-code={code}>
            <dt>{word}</dt>
            <dd>
              <EventsBehind what={`${number}: ${word}`} query={{ reason: `connect:${code}` }}>
                {number}
              </EventsBehind>
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
