// What the page does by itself: opens evidence beside the chat, fills the message box, keeps the latest turn in view.
"use strict";
(() => {
  let shown = ""; // id of the evidence in the pane; "" is the index
  let origin = ""; // id of the chip's evidence to which "back" returns
  let opener = null; // the chip itself, while it is still on the page

  const side = () => document.getElementById("side");
  const phone = () => window.matchMedia("(max-width: 899px)").matches;

  function render() {
    const pane = document.querySelector("#evidence .pane");
    if (!pane) return;
    const wanted = shown ? document.getElementById(`ev-${shown}`) : null;
    pane.querySelectorAll(".detail").forEach((d) => { d.hidden = d !== wanted; });
    const index = pane.querySelector(".index");
    if (index) index.hidden = wanted !== null;
    document.querySelectorAll("button.chip[data-open]").forEach((c) => {
      const pressed = String(wanted !== null && c.dataset.open === shown);
      if (c.getAttribute("aria-pressed") !== pressed) c.setAttribute("aria-pressed", pressed);
    });
  }

  function open(id, from) {
    if (!document.getElementById(`ev-${id}`)) return;
    if (!side().contains(from)) { opener = from; origin = id; }
    shown = id;
    render();
    const detail = document.getElementById(`ev-${id}`);
    if (phone()) detail.scrollIntoView({ block: "start" });
    else side().scrollTop = 0;
    detail.focus({ preventScroll: true });
  }

  function back() {
    const chip = opener && opener.isConnected ? opener
      : document.querySelector(`#turns button.chip[data-open="${CSS.escape(origin || shown)}"]`);
    if (chip) { chip.scrollIntoView({ block: "center" }); chip.focus(); }
  }

  function prefill(text) {
    const box = document.querySelector("#box textarea");
    if (!box) return;
    box.value = box.value.trim() ? `${box.value.trimEnd()}\n${text}` : text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
    const end = box.value.indexOf("\n", box.value.length - text.length);
    const place = end < 0 ? box.value.length : end;
    box.setSelectionRange(place, place);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.open) open(button.dataset.open, button);
    else if (button.dataset.prefill) prefill(button.dataset.prefill);
    else if (button.hasAttribute("data-back")) back();
    else if (button.hasAttribute("data-index")) { shown = ""; render(); side().scrollTop = 0; side().querySelector("button.chip")?.focus(); }
    else if (button.id === "new") { shown = ""; origin = ""; opener = null; }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && shown && side()?.contains(document.activeElement)) back();
  });

  // A screen reader hears each step once, not the whole turn at every redraw.
  const voice = document.createElement("div");
  voice.className = "heard";
  voice.setAttribute("role", "status");
  function announce() {
    const steps = document.querySelector("#live .steps[data-status]");
    const answered = document.querySelectorAll("#history .turn").length;
    const words = steps ? steps.dataset.status : answered ? `Answer ${answered} is complete.` : "";
    if (words && voice.textContent !== words) voice.textContent = words;
  }

  // The latest turn stays in view from its beginning until it is answered, unless the reader looks elsewhere.
  let turns = 0;
  let answers = 0;
  let following = false;
  const letGo = () => { following = false; };
  for (const kind of ["wheel", "touchmove", "keydown", "pointerdown"]) document.addEventListener(kind, letGo, { passive: true });
  function follow() {
    const all = document.querySelectorAll("#turns .turn");
    const answered = document.querySelectorAll("#history .turn").length;
    if (all.length > turns) following = true;
    if (following && all.length) all[all.length - 1].scrollIntoView({ block: "start" });
    if (answered > answers) following = false;
    turns = all.length;
    answers = answered;
  }

  function label() {
    const box = document.querySelector("#box textarea");
    if (box && !box.getAttribute("aria-label")) box.setAttribute("aria-label", "Your message: case and question");
    document.querySelector("#box .submit-button")?.setAttribute("aria-label", "Send");
    document.querySelector("#box .upload-button")?.setAttribute("aria-label", "Attach files");
    if (!voice.isConnected) document.body.append(voice);
    document.documentElement.lang = "en";
  }

  // Gradio shows an icon for each attached file and no name. The names are kept in the order of the icons; where the
  // two do not match in number, no name is shown rather than a wrong one.
  let names = [];
  let icons = 0;
  const attached = () => document.querySelectorAll("#box .thumbnail-wrapper");
  const added = (files) => { names.push(...Array.from(files || [], (f) => f.name)); };
  const inBox = (event) => event.target instanceof Element && event.target.closest("#box");
  document.addEventListener("change", (e) => { if (inBox(e) && e.target.type === "file") added(e.target.files); }, true);
  document.addEventListener("drop", (e) => { if (inBox(e)) added(e.dataTransfer && e.dataTransfer.files); }, true);
  document.addEventListener("paste", (e) => { if (inBox(e)) added(e.clipboardData && e.clipboardData.files); }, true);
  document.addEventListener("click", (e) => {
    const remove = inBox(e) && e.target.closest(".delete-button");
    if (remove) names.splice(Array.from(attached()).indexOf(remove.closest(".thumbnail-wrapper")), 1);
  }, true);
  function nameFiles() {
    const shown = attached();
    if (icons && !shown.length) names = [];
    icons = shown.length;
    shown.forEach((icon, n) => {
      const name = names.length === icons ? names[n] : "";
      if (icon.dataset.name !== name) icon.dataset.name = name;
      icon.setAttribute("aria-label", name ? `Attached file ${name}` : "Attached file");
    });
  }

  let pending = false;
  new MutationObserver(() => {
    if (pending) return;
    pending = true;
    requestAnimationFrame(() => { pending = false; label(); nameFiles(); render(); announce(); follow(); });
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
