import { render, screen } from "@testing-library/react";
import { englishTexts, TextsProvider, useTexts } from "peerswarm/components";
import { germanTexts } from "peerswarm/locales/de";
import { memo } from "react";
import { expect, it } from "vitest";
import { usePeersTexts } from "../../src/components/texts/peersTexts.js";
import { useLocale } from "../../src/components/texts/TextsProvider.js";

function Peers() {
  const texts = usePeersTexts();
  return <p data-testid="peers">{`${useLocale()} ${texts.title} ${texts.mute}`}</p>;
}

it("speaks English where nobody says otherwise, and what two providers change over it", () => {
  const outer = { locale: "de", peers: { title: "Mitglieder" } };
  const inner = { peers: { mute: "Stumm" }, connection: { title: "Verbindung" } };
  const { rerender } = render(<Peers />);
  expect(screen.getByTestId("peers").textContent).toBe(
    `en ${englishTexts.peers.title} ${englishTexts.peers.mute}`,
  );
  rerender(
    <TextsProvider texts={outer}>
      <TextsProvider texts={inner}>
        <Peers />
      </TextsProvider>
    </TextsProvider>,
  );
  expect(screen.getByTestId("peers").textContent).toBe("de Mitglieder Stumm");
});

it("gives a group as one object, to every component and at every render, so that memoised rows stay", () => {
  const seen = new Set<unknown>();
  const Row = memo(function Row({ n }: { readonly n: number }) {
    seen.add(usePeersTexts());
    return <i>{n}</i>;
  });
  const change = { peers: { title: "Mitglieder" } };
  const page = (n: number) => (
    <TextsProvider texts={change}>
      <Row n={n} />
      <Row n={n + 1} />
    </TextsProvider>
  );
  const { rerender } = render(page(1));
  rerender(page(3));
  expect(seen.size).toBe(1);
});

it("gives panels of an app every text, English where it is not changed", () => {
  function Own() {
    const texts = useTexts();
    return (
      <p data-testid="own">{`${texts.locale} ${texts.peers.title} ${texts.gate.title} ${Object.keys(texts).length}`}</p>
    );
  }
  render(
    <TextsProvider texts={germanTexts}>
      <TextsProvider texts={{ peers: { title: "Leute" } }}>
        <Own />
      </TextsProvider>
    </TextsProvider>,
  );
  expect(screen.getByTestId("own").textContent).toBe(
    `de Leute ${germanTexts.gate.title} ${Object.keys(englishTexts).length}`,
  );
});
