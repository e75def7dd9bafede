import { createContext, type ReactNode, useContext, useState } from "react";

type Show = (dialog: ReactNode) => void;

const ShowContext = createContext<Show | undefined>(undefined);

/** Holds the dialog that something below it opens, so that it outlives what opened it. */
export function DialogHost({ children }: { readonly children: ReactNode }): ReactNode {
  const [dialog, show] = useState<ReactNode>();
  return (
    <ShowContext.Provider value={show}>
      {children}
      {dialog}
    </ShowContext.Provider>
  );
}

/** Shows a dialog at the nearest {@link DialogHost}; `undefined` takes it away. `undefined` itself where there is no host. */
export function useDialogHost(): Show | undefined {
  return useContext(ShowContext);
}
