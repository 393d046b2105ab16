// Elements of the page, and files for the viewer to keep.

export function element(name, attributes = {}, ...content) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...content);
  return made;
}

export function save(blob, name) {
  const link = element("a", { download: name, href: URL.createObjectURL(blob) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// The colours of the page around the player, and those of what is drawn. Normal and anomalous
// differ for colour-blind eyes too.
export function themeOf(place) {
  const style = getComputedStyle(place);
  return {
    text: style.color,
    font: style.fontFamily,
    background: style.getPropertyValue("--player-background").trim() || "#ffffff",
    grid: "rgba(128, 128, 128, 0.22)",
    gray: "#8a93a0",
    normal: "#2f7ed8",
    anomalous: "#e8743b",
    horizon: "#8a63d2",
    score: "#7f8794",
    error: "#1b9e77",
    norm: "#c2549d",
    pins: ["#d62728", "#17a2b8", "#b8860b", "#7b3fc4", "#2ca02c", "#e377c2"],
  };
}
