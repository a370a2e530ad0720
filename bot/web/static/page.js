// What HTML can't do by itself: open the dialog when it was filled, close it when the card behind it changed,
// and leave the reader (and the screen reader) where something new stands.
(() => {
  const dialog = () => document.getElementById("dialog");

  document.addEventListener("htmx:afterSettle", (event) => {
    const box = dialog();
    const changed = event.detail.elt; // the dialog when it was filled, else the new card
    if (!box || (changed !== box && !changed.classList.contains("card"))) return;
    const inside = box.contains(changed);
    if (inside && !box.open) box.showModal();
    if (!inside && box.open) box.close();
    const heading = changed.querySelector("h2[tabindex]");
    if (heading) heading.focus();
  });

  // What was said about the previous tap goes when the next one is made.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const card = event.detail.elt.closest(".card");
    if (card) card.querySelector(".notice").replaceChildren();
  });

  // A card and a dialog in one reply: the dialog comes out of band.
  document.addEventListener("htmx:oobAfterSwap", (event) => {
    if (event.detail.target === dialog() && !dialog().open) dialog().showModal();
  });

  // An emptied dialog holds nothing that the next person at this computer could find.
  document.addEventListener("close", (event) => {
    if (event.target === dialog()) event.target.replaceChildren();
  }, true);
})();
