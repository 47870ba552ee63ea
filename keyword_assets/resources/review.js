// Keys, and nothing else: the page does all that it does without them, too.
"use strict";
(() => {
  const FIELDS = "input, select, textarea";
  const PATIENCE_MS = 5000;
  let sent = false;

  // Of two presses in a row, the second would judge what nobody has seen yet.
  addEventListener("submit", (event) => {
    if (sent) {
      event.preventDefault();
      return;
    }
    sent = true;
    setTimeout(() => { sent = false; }, PATIENCE_MS);
  });
  addEventListener("pageshow", (event) => {
    sent = false;
    // What the browser has kept may be judged by now.
    if (event.persisted) location.reload();
  });

  const press = (element) => {
    if (element.matches("details")) {
      element.open = !element.open;
      if (element.open) element.querySelector("input[type=text]").focus();
    } else if (element.matches(FIELDS)) {
      element.focus();
    } else {
      element.click();
    }
  };

  addEventListener("keydown", (event) => {
    const modified = event.ctrlKey || event.altKey || event.metaKey || event.shiftKey;
    if (event.defaultPrevented || event.isComposing || event.repeat || modified) return;
    if (event.target.closest(FIELDS)) {
      if (event.code === "Escape") event.target.blur();
      return;
    }
    // By the place of the key: under a Korean layout its letter is another one.
    const code = event.code.replace(/^Numpad(?=[0-9]$)/, "Digit");
    const element = document.querySelector(`[data-key="${CSS.escape(code)}"]`);
    if (element) {
      event.preventDefault();
      press(element);
    }
  });
})();
