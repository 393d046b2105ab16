// Loads the chart library while nothing else is to be done, for the page that is likely to come next.

// After the page itself, whose first second is its own.
const SOONEST_MS = 1000;
const LATEST_MS = 4000;

/**
 * Called by Streamlit whenever the page's script has run.
 *
 * @param {object} component
 * @param {string} component.data  address of the chart library
 */
export default function ({ data }) {
  if (window.Plotly || document.head.querySelector(`script[src="${data}"]`)) return;
  const load = () => {
    const script = document.createElement("script");
    script.src = data;
    document.head.append(script);
  };
  setTimeout(() => {
    if (window.requestIdleCallback) window.requestIdleCallback(load, { timeout: LATEST_MS });
    else load();
  }, SOONEST_MS);
}
