import { type ReactNode, useState } from "react";
import { SHOWN_MINUTES, type ShownMinutes } from "../../hooks/bandwidthSeries.js";
import { useBandwidthSeries } from "../../hooks/index.js";
import { Choice } from "../parts/Choice.js";
import { formatMinutes, formatRate } from "../parts/format.js";
import { useHeldValue, useHold } from "../parts/useHold.js";
import { useBandwidthTexts } from "../texts/bandwidthTexts.js";
import { useLocale } from "../texts/TextsProvider.js";
import { BandwidthChart } from "./BandwidthChart.js";
import { PastTable } from "./PastTable.js";

/** The last minutes as a chart and, on request, as a table. */
export function PastBandwidth(): ReactNode {
  const texts = useBandwidthTexts();
  const locale = useLocale();
  const [minutes, setMinutes] = useState<ShownMinutes>(1);
  const series = useBandwidthSeries({ minutes });
  const { isHeld, holdProps } = useHold();
  // What is being read must not move on. What was chosen anew is shown at once, held or not.
  const held = useHeldValue(series, isHeld);
  const shown = held.minutes === minutes ? held : series;
  const rate = (value: number): string => `${formatRate(value, locale)} ${texts.unit}`;
  const time = formatMinutes(minutes, locale);
  return (
    <>
      <MinutesChoice minutes={minutes} onChange={setMinutes} />
      <figure className="ps-figure" data-minutes={minutes} data-points={shown.points.length}>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: the chart inside is what has the focus */}
        <div
          className="ps-chart"
          data-held={isHeld || undefined}
          // A click would leave the focus in the chart, and the chart standing, after the pointer has gone.
          onMouseDown={(event) => event.preventDefault()}
          {...holdProps}
        >
          <BandwidthChart {...shown} />
          {isHeld && !shown.isSilent && <p className="ps-chart-held">{texts.held}</p>}
          {shown.isSilent && <p className="ps-chart-empty">{texts.silent}</p>}
        </div>
        <figcaption className="ps-hidden">
          {series.isSilent
            ? texts.silent
            : texts.summary({ time, up: rate(series.peakUp), down: rate(series.peakDown) })}
        </figcaption>
        <PastTable series={series} />
      </figure>
    </>
  );
}

interface MinutesChoiceProps {
  readonly minutes: ShownMinutes;
  readonly onChange: (minutes: ShownMinutes) => void;
}

function MinutesChoice({ minutes, onChange }: MinutesChoiceProps): ReactNode {
  const texts = useBandwidthTexts();
  const locale = useLocale();
  const words = Object.fromEntries(SHOWN_MINUTES.map((option) => [option, formatMinutes(option, locale)]));
  return (
    <Choice
      legend={texts.shown}
      words={words}
      value={String(minutes)}
      onChange={(chosen) => onChange(SHOWN_MINUTES.find((option) => String(option) === chosen) ?? minutes)}
    />
  );
}
