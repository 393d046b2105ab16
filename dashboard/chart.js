// Draws a Plotly figure and, when a new one comes, changes the drawing in place: zoom and what the
// mouse shows survive, and a browser needs a fraction of the time that a new chart would take.

/**
 * A chart, as `chart.py` sends it.
 *
 * @typedef {object} Chart
 * @property {string} figure  JSON of a Plotly figure
 * @property {string} alt  what screen readers are told
 * @property {object} config  Plotly's
 * @property {string} library  address of the chart library
 * @property {boolean} clickable  whether the server wants to know of clicks
 */

/**
 * The element that holds a chart, and what is known of it from one call to the next.
 *
 * @typedef {object} Drawn
 * @property {string} [drawn]  what it shows
 * @property {boolean} [heard]  whether clicks on it are heard
 * @property {(event: string, heard: (event: Click) => void) => void} [on]  from the chart library
 */

/** @typedef {{ points: { customdata: unknown }[] }} Click */

/** @typedef {Record<string, unknown> & { height: number, font?: object, uirevision?: unknown }} Layout */

/** @type {Promise<Plotly> | undefined} */
let library;

/**
 * The chart library, loaded once in a page.
 *
 * @param {string} url
 * @returns {Promise<Plotly>}
 */
function load(url) {
  library ??= new Promise((resolve, reject) => {
    if (window.Plotly) return resolve(window.Plotly);
    const failed = () => reject(new Error("The chart library could not be loaded."));
    /** @type {HTMLScriptElement | null} */
    const ahead = document.head.querySelector(`script[src="${url}"]`);
    const script = ahead ?? document.createElement("script");
    script.addEventListener("load", () => (window.Plotly ? resolve(window.Plotly) : failed()));
    script.addEventListener("error", failed);
    if (ahead) return;
    script.src = url;
    document.head.append(script);
  });
  return library;
}

/**
 * The layout in the letters and colours of the page.
 *
 * @param {Layout} layout
 * @param {Element} place
 */
function themed(layout, place) {
  const style = getComputedStyle(place);
  const font = { color: style.color, family: style.fontFamily, ...layout.font };
  const clear = "rgba(0, 0, 0, 0)";
  const hover = { bgcolor: style.getPropertyValue("--st-secondary-background-color"), font };
  const extra = { paper_bgcolor: clear, plot_bgcolor: clear, hoverlabel: hover, autosize: true };
  return { ...layout, ...extra, font, uirevision: layout.uirevision ?? "kept" };
}

/**
 * Called by Streamlit whenever the page's script has run; the element stays from one to the next.
 *
 * @param {object} component
 * @param {Chart} component.data
 * @param {HTMLElement} component.parentElement
 * @param {(name: string, value: unknown) => void} component.setTriggerValue  tells the server
 */
export default function ({ data, parentElement, setTriggerValue }) {
  const place = /** @type {HTMLElement & Drawn} */ (parentElement.querySelector(".toll-chart"));
  // A page that refreshes itself sends every figure again; most are what they were.
  const drawn = data.figure + getComputedStyle(place).color;
  if (place.drawn === drawn) return;
  place.drawn = drawn;
  /** @type {{ data: object[], layout: Layout }} */
  const { data: traces, layout } = JSON.parse(data.figure);
  place.setAttribute("role", "figure");
  place.setAttribute("aria-label", data.alt);
  place.style.height = `${layout.height}px`;
  load(data.library)
    .then((plotly) => plotly.react(place, traces, themed(layout, place), data.config))
    .then(() => {
      if (!data.clickable || place.heard) return;
      place.heard = true;
      place.on?.("plotly_click", ({ points }) => setTriggerValue("clicked", points[0].customdata));
    })
    .catch((error) => (place.textContent = error.message));
}
