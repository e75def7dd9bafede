import { useEffect, useState } from "react";

const STORAGE_KEY = "peerswarm-demo-theme";
const THEMES = ["system", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];

const readTheme = (): Theme =>
  THEMES.find((theme) => theme === localStorage.getItem(STORAGE_KEY)) ?? "system";

export function Header() {
  return (
    <header className="header">
      <div>
        <h1>
          <Mark /> peerswarm
        </h1>
        <p>Browsers that find each other, talk directly, and show every number live.</p>
      </div>
      <ThemeSwitch />
    </header>
  );
}

function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" aria-hidden="true">
      <path d="M8 9 24 11 15 25Z" />
      <circle cx="8" cy="9" r="4" />
      <circle cx="24" cy="11" r="4" />
      <circle cx="15" cy="25" r="4" />
    </svg>
  );
}

function ThemeSwitch() {
  const [theme, setTheme] = useState(readTheme);
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
    localStorage.setItem(STORAGE_KEY, theme);
  }, [theme]);
  return (
    <fieldset className="themes">
      <legend className="ps-hidden">Theme</legend>
      {THEMES.map((option) => (
        <label key={option}>
          <input
            className="ps-hidden"
            type="radio"
            name="theme"
            checked={theme === option}
            onChange={() => setTheme(option)}
          />
          <span>{option}</span>
        </label>
      ))}
    </fieldset>
  );
}
