import { useEffect, useRef } from "react";
import type { Entry } from "./chat.js";

const timeFormat = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

export function MessageLog({ entries }: { readonly entries: readonly Entry[] }) {
  const log = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new entry is the reason to scroll
  useEffect(() => {
    const element = log.current;
    if (element !== null) element.scrollTop = element.scrollHeight;
  }, [entries]);

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
    <div className="log" role="log" aria-label="Message log" tabIndex={0} ref={log}>
      {entries.length === 0 ? (
        <div className="ps-empty">
          <p className="ps-empty-what">Nothing has been said in this room yet.</p>
          <p>Messages go straight from browser to browser. No server keeps them.</p>
        </div>
      ) : (
        <ol>
          {entries.map((entry) => (
            <LogEntry key={entry.id} entry={entry} />
          ))}
        </ol>
      )}
    </div>
  );
}

function LogEntry({ entry }: { readonly entry: Entry }) {
  const { from, author, isOwn, kind, text, audience, timeMs } = entry;
  return (
    <li className="entry" data-from={from} data-kind={kind} data-own={isOwn || undefined}>
      <p className="entry-head">
        <bdi className="entry-author">{author}</bdi>
        <span>{audience}</span>
        <time dateTime={new Date(timeMs).toISOString()}>{timeFormat.format(timeMs)}</time>
      </p>
      <p className="entry-text" dir="auto">
        {text}
      </p>
    </li>
  );
}
