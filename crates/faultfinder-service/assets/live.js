// Fetches the main part of the page again when something has changed, and twice a minute: what is long ago stays right.
"use strict";
(() => {
  const main = document.getElementById("main");
  const feed = main && main.dataset.live;
  if (!feed || !window.EventSource || !window.fetch) return;
  let isFetching = false;
  let isWanted = false;

  // Nobody loses what they write, where they are, or what they have unfolded.
  const isInUse = () => {
    const active = document.activeElement;
    const selection = document.getSelection();
    return (
      document.hidden ||
      (active && main.contains(active) && active !== main) ||
      (selection && !selection.isCollapsed && main.contains(selection.anchorNode)) ||
      main.querySelector("details[open]") !== null ||
      isWritten()
    );
  };

  // Whether a field has another value than the page gave it.
  const isWritten = () =>
    [...main.querySelectorAll("input")].some(
      (field) => field.value !== field.defaultValue || field.checked !== field.defaultChecked
    );

  const refresh = async () => {
    isWanted = true;
    if (isFetching || isInUse()) return;
    isFetching = true;
    isWanted = false;
    try {
      const answer = await fetch(location.href, {
        headers: { accept: "text/html" },
        credentials: "same-origin",
        redirect: "error",
      });
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.getElementById("main");
        if (fresh && !isInUse()) {
          main.replaceChildren(...fresh.childNodes);
          document.title = page.title;
        }
      }
    } catch {
      // The next event tries again.
    }
    isFetching = false;
  };

  const stream = new EventSource(feed);
  stream.addEventListener("change", refresh);
  document.addEventListener("visibilitychange", () => isWanted && refresh());
  document.addEventListener("focusout", () => isWanted && setTimeout(refresh, 200));
  setInterval(refresh, 30000);
})();
