// Draws a Plotly figure and, when a new one comes, changes the drawing in place: zoom and what the
// mouse shows survive, and a browser needs a fraction of the time that a new chart would take.

let library;

function load(url) {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = url;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => reject(new Error("The chart library could not be loaded."));
    document.head.append(script);
  });
  return library;
}

function themed(layout, place) {
  const style = getComputedStyle(place);
  const font = { color: style.color, family: style.fontFamily, ...layout.font };
  const clear = "rgba(0, 0, 0, 0)";
  const hover = { bgcolor: style.getPropertyValue("--st-secondary-background-color"), font };
  const extra = { paper_bgcolor: clear, plot_bgcolor: clear, hoverlabel: hover, autosize: true };
  return { ...layout, ...extra, font, uirevision: layout.uirevision ?? "kept" };
}

export default function ({ data, parentElement, setTriggerValue }) {
  const place = parentElement.querySelector(".toll-chart");
  // A page that refreshes itself sends every figure again; most are what they were.
  const drawn = data.figure + getComputedStyle(place).color;
  if (place.drawn === drawn) return;
  place.drawn = drawn;
  const { data: traces, layout } = JSON.parse(data.figure);
  place.setAttribute("role", "figure");
  place.setAttribute("aria-label", data.alt);
  place.style.height = `${layout.height}px`;
  load(data.library)
    .then((plotly) => plotly.react(place, traces, themed(layout, place), data.config))
    .then(() => {
      if (!data.clickable || place.heard) return;
      place.heard = true;
      place.on("plotly_click", ({ points }) => setTriggerValue("clicked", points[0].customdata));
    })
    .catch((error) => (place.textContent = error.message));
}
