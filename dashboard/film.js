// Shows the player in a Streamlit page. The instant and the samples stand in the page's link, so
// that the same link shows the same picture; the server need not hear of them.

const LINKED = ["step", "samples", "pins"];

// Where the viewer was: as the link says, or else as they left this run on their way to other pages.
function lastSeen(run) {
  const link = new URLSearchParams(location.search);
  if (!LINKED.some((name) => link.has(name)))
    return JSON.parse(sessionStorage.getItem(`film ${run}`) ?? "{}");
  const numbers = (name) => (link.get(name) ?? "").split(",").filter(Boolean).map(Number);
  const step = link.has("step") ? Number(link.get("step")) : undefined;
  return { step, samples: numbers("samples"), pins: numbers("pins") };
}

function remember(run, seen) {
  const url = new URL(location.href);
  for (const name of LINKED) {
    const value = String(seen[name]);
    if (value) url.searchParams.set(name, value);
    else url.searchParams.delete(name);
  }
  history.replaceState(history.state, "", url);
  sessionStorage.setItem(`film ${run}`, JSON.stringify(seen));
}

export default function ({ data, parentElement }) {
  const place = parentElement.querySelector(".toll-film");
  place.style.setProperty("--player-background", "var(--st-background-color)");
  const { run, digest } = unpack(data).header;
  if (place.digest === digest) return;
  place.digest = digest;
  if (place.player?.root.isConnected) place.player.replace(data);
  else {
    const changed = (seen) => remember(place.player.film.about.run, seen);
    place.player = new Player(place, data, { choices: lastSeen(run), changed });
    place.player.tell();
  }
}
