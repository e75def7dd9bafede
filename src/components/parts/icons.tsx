import type { ReactNode } from "react";

function Icon({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <svg className="ps-icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

export function CopyIcon(): ReactNode {
  return (
    <Icon>
      <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
      <path d="M10.5 3.2A1.7 1.7 0 0 0 8.8 2.5H4A1.5 1.5 0 0 0 2.5 4v4.8c0 .7.3 1.3.7 1.7" />
    </Icon>
  );
}

export function CheckIcon(): ReactNode {
  return (
    <Icon>
      <path d="m3 8.5 3.5 3.5L13 4.5" />
    </Icon>
  );
}

export function CrossIcon(): ReactNode {
  return (
    <Icon>
      <path d="m4 4 8 8m0-8-8 8" />
    </Icon>
  );
}

export function ChevronIcon(): ReactNode {
  return (
    <Icon>
      <path d="m6 4 4 4-4 4" />
    </Icon>
  );
}

export function UpIcon(): ReactNode {
  return (
    <Icon>
      <path d="M8 13V3.5M4 7.5l4-4 4 4" />
    </Icon>
  );
}

export function DownIcon(): ReactNode {
  return (
    <Icon>
      <path d="M8 3v9.5m4-4-4 4-4-4" />
    </Icon>
  );
}

export function MoveIcon(): ReactNode {
  return (
    <Icon>
      <path d="M8 1.8v12.4M1.8 8h12.4M6 3.8l2-2 2 2M6 12.2l2 2 2-2M3.8 6l-2 2 2 2M12.2 6l2 2-2 2" />
    </Icon>
  );
}

export function ResizeIcon(): ReactNode {
  return (
    <Icon>
      <path d="M13 5 5 13M13 9.5 9.5 13" />
    </Icon>
  );
}

/** Three members, linked with one another. */
export function MeshIcon(): ReactNode {
  return (
    <Icon>
      <path d="M4.2 5.2h7.6M4.8 6.2l2.6 5M11.2 6.2l-2.6 5" />
      <circle cx="3.4" cy="5" r="1.6" />
      <circle cx="12.6" cy="5" r="1.6" />
      <circle cx="8" cy="12.4" r="1.6" />
    </Icon>
  );
}
