/** Where a floating window is, in CSS pixels from the viewport's upper left corner. */
export interface Place {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The room there is. */
export interface Viewport {
  readonly width: number;
  readonly height: number;
}

/** Smaller than this, a panel cannot be read. A viewport that is smaller is filled. */
export const LEAST_PLACE = { width: 300, height: 220 };

// The window's distance from the edges where nobody has moved it, and its size there.
const MARGIN = 16;
const FIRST = { width: 460, height: 560 };

/** Where a window is that nobody has moved: at the lower right. */
export function firstPlace(viewport: Viewport): Place {
  return placeWithin(viewport, {
    ...FIRST,
    left: viewport.width - FIRST.width - MARGIN,
    top: viewport.height - FIRST.height - MARGIN,
  });
}

/** The nearest place that lies in the viewport, so that a window can always be taken hold of. */
export function placeWithin(viewport: Viewport, place: Place): Place {
  const width = between(LEAST_PLACE.width, place.width, viewport.width);
  const height = between(LEAST_PLACE.height, place.height, viewport.height);
  return {
    width,
    height,
    left: between(0, place.left, viewport.width - width),
    top: between(0, place.top, viewport.height - height),
  };
}

export function movedBy(place: Place, right: number, down: number): Place {
  return { ...place, left: place.left + right, top: place.top + down };
}

/** Larger to the right and below, or smaller. */
export function grownBy(place: Place, right: number, down: number): Place {
  return { ...place, width: place.width + right, height: place.height + down };
}

/** The upper end wins: there is never more room than there is. */
function between(least: number, value: number, most: number): number {
  return Math.round(Math.min(Math.max(value, least), Math.max(0, most)));
}
