/* A page opened from a folder may not read its neighbours: search then shows its results without excerpts. */
if (window.location.protocol === "file:") {
  DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
}
