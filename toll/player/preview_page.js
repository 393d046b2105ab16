// Shows a film's preview in a Streamlit page.

import { Ladder } from "./film/ladder.js";
import { Preview } from "./preview.js";

/**
 * Called by Streamlit whenever the page's script has run; the element stays from one to the next.
 *
 * @param {{ data: Uint8Array, parentElement: HTMLElement }} component  data: the packed film
 */
export default function ({ data, parentElement }) {
  const place = /** @type {HTMLElement} */ (parentElement.querySelector(".toll-preview"));
  if (!place.childElementCount) new Preview(place, new Ladder(data));
}
