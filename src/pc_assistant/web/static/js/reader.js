// Brings the passage that a citation led to into view: its section may be long.
if (new URLSearchParams(location.search).has("passage")) {
  document.querySelector(".pc-section--cited mark")?.scrollIntoView({ block: "center" });
}
