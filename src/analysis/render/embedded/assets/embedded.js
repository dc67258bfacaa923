// Menus, tabs, contents and search of the embedded engine's pages. Everything is reachable
// without this file; it only folds, moves and finds.
(() => {
  "use strict";

  // Of a script in the page itself there is no address: then the page is the whole report.
  const source = document.currentScript.src;
  const root = source && new URL("../", source);
  const all = (selector, scope = document) => [...scope.querySelectorAll(selector)];

  // Disclosure: a button with aria-expanded; the stylesheet hides what it controls.
  const expand = (button, open) => button.setAttribute("aria-expanded", String(open));
  const isOpen = (button) => button.getAttribute("aria-expanded") === "true";

  function disclosures() {
    const toggles = all(".nav-toggle");
    const others = all(".menu-button, .toc-button");
    for (const button of [...toggles, ...others]) {
      button.addEventListener("click", () => {
        const open = !isOpen(button);
        if (toggles.includes(button)) toggles.forEach((toggle) => expand(toggle, false));
        expand(button, open);
      });
    }
    document.addEventListener("click", (event) => {
      for (const button of toggles) {
        if (!button.parentElement.contains(event.target)) expand(button, false);
      }
    });
    for (const button of toggles) {
      button.parentElement.addEventListener("focusout", (event) => {
        if (event.relatedTarget && !button.parentElement.contains(event.relatedTarget)) {
          expand(button, false);
        }
      });
    }
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      const inner = toggles.find(isOpen);
      const button = inner || all(".menu-button").find(isOpen);
      if (!button) return;
      expand(button, false);
      button.focus();
    });
    all(".toc a").forEach((link) =>
      link.addEventListener("click", () => all(".toc-button").forEach((b) => expand(b, false))));
  }

  function tabs() {
    for (const list of all(".tab-list")) {
      const buttons = all("[role=tab]", list);
      const choose = (chosen, focus) => {
        for (const button of buttons) {
          const active = button === chosen;
          button.setAttribute("aria-selected", String(active));
          button.tabIndex = active ? 0 : -1;
          document.getElementById(button.getAttribute("aria-controls")).hidden = !active;
        }
        if (focus) chosen.focus();
        // Charts drawn while hidden have no size until they are told.
        window.dispatchEvent(new Event("resize"));
      };
      buttons.forEach((button, place) => {
        button.addEventListener("click", () => choose(button, false));
        button.addEventListener("keydown", (event) => {
          const goal = {
            ArrowRight: place + 1,
            ArrowLeft: place - 1,
            Home: 0,
            End: buttons.length - 1,
          }[event.key];
          if (goal === undefined) return;
          event.preventDefault();
          choose(buttons[(goal + buttons.length) % buttons.length], true);
        });
      });
    }
  }

  // The whole report in one file shows one page at a time.
  const pages = all(".report-page");

  function turnTo(page) {
    for (const other of pages) {
      // What is hidden is still found by the browser's own search, which turns to its page.
      if (other === page) other.removeAttribute("hidden");
      else other.setAttribute("hidden", "until-found");
    }
    for (const link of all(".site-nav a")) {
      if (link.getAttribute("href") === `#${page.id}`) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    for (const toggle of all(".nav-toggle")) {
      toggle.classList.toggle("within", Boolean(toggle.parentElement.querySelector("[aria-current]")));
    }
  }

  // A frame's own text has no address that a link could follow, so links are followed here.
  function visit(id) {
    all(".site-header [aria-expanded='true']").forEach((button) => expand(button, false));
    if (decodeURIComponent(location.hash.slice(1)) === id) revealTarget();
    else location.hash = encodeURIComponent(id);
  }

  function wholeReport() {
    if (!pages.length) return;
    turnTo(pages[0]);
    for (const page of pages) page.addEventListener("beforematch", () => turnTo(page));
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[href^='#']");
      if (!link) return;
      event.preventDefault();
      visit(decodeURIComponent(link.getAttribute("href").slice(1)));
    });
  }

  function turnToTarget(target) {
    const page = target.closest(".report-page");
    if (!page) return target.focus();
    turnTo(page);
    target.scrollIntoView();
    // The reader of a screen reader hears where she is.
    const heading = target === page ? page.querySelector("h1") : target;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    if (target === page) window.scrollTo(0, 0);
  }

  // A link into a closed tab or a folded box opens it first.
  function revealTarget() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (pages.length) turnToTarget(target);
    const pane = target.closest(".tab-pane[hidden]");
    const folded = target.closest("details:not([open])");
    if (pane) document.getElementById(pane.getAttribute("aria-labelledby")).click();
    if (folded) folded.open = true;
    if (pane || folded) target.scrollIntoView();
  }

  function contents() {
    const links = new Map(all(".toc a[href^='#']").map((link) =>
      [decodeURIComponent(link.hash.slice(1)), link]));
    if (!links.size) return;
    const visible = new Set();
    const mark = () => {
      const first = [...links.keys()].filter((id) => visible.has(id)).pop();
      if (first === undefined) return;
      for (const [id, link] of links) {
        if (id === first) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
    };
    const observer = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (entry.isIntersecting) visible.add(entry.target.id);
        else visible.delete(entry.target.id);
      }
      mark();
    }, { rootMargin: "-80px 0px -65% 0px" });
    for (const id of links.keys()) {
      const section = document.getElementById(id);
      if (section) observer.observe(section);
    }
  }

  // Search: letters are compared without their marks, one by one, so that places stay the same.
  const fold = (text) =>
    Array.from(text, (letter) => letter.normalize("NFD")[0].toLowerCase()[0]).join("");

  function matches(query, index) {
    const words = fold(query).split(/\s+/).filter(Boolean);
    if (!words.length) return [];
    const found = [];
    for (const entry of index) {
      let score = 0;
      for (const word of words) {
        const places = [[entry.fp, 4], [entry.fs, 6], [entry.ft, 1]];
        const best = Math.max(0, ...places.map(([text, weight]) => {
          const at = text.indexOf(word);
          if (at < 0) return 0;
          return at === 0 || /[^a-z0-9]/.test(text[at - 1]) ? weight * 2 : weight;
        }));
        if (!best) { score = 0; break; }
        score += best;
      }
      if (score) found.push({ entry, score, word: words[0] });
    }
    return found.sort((a, b) => b.score - a.score).slice(0, 12);
  }

  function snippet(entry, word) {
    const box = document.createElement("span");
    box.className = "result-text";
    const at = entry.ft.indexOf(word);
    const start = at < 60 ? 0 : entry.t.lastIndexOf(" ", at - 40) + 1;
    const text = entry.t.slice(start, start + 140);
    if (at < 0) {
      box.textContent = text;
    } else {
      const mark = document.createElement("mark");
      mark.textContent = text.slice(at - start, at - start + word.length);
      box.append(start ? "… " : "", text.slice(0, at - start), mark,
        text.slice(at - start + word.length));
    }
    if (entry.t.length > start + 140) box.append(" …");
    return box;
  }

  function search() {
    const input = document.getElementById("search-input");
    if (!input || !window.siteSearchIndex) return;
    const list = document.getElementById("search-results");
    const status = input.form.querySelector("[role=status]");
    const index = window.siteSearchIndex.map((entry) =>
      ({ ...entry, fp: fold(entry.p), fs: fold(entry.s), ft: fold(entry.t) }));
    let options = [];
    let chosen = -1;

    const choose = (place) => {
      chosen = place;
      options.forEach((option, i) => option.setAttribute("aria-selected", String(i === place)));
      if (place >= 0) {
        input.setAttribute("aria-activedescendant", options[place].id);
        options[place].scrollIntoView({ block: "nearest" });
      } else {
        input.removeAttribute("aria-activedescendant");
      }
    };
    const show = (open) => {
      list.hidden = !open;
      input.setAttribute("aria-expanded", String(open && options.length > 0));
      if (!open) choose(-1);
    };
    const go = (option) => {
      const href = option.dataset.href;
      if (root) location.href = new URL(href, root).href;
      else visit(href.slice(1));
      show(false);
    };

    const update = () => {
      const query = input.value.trim();
      const found = matches(query, index);
      options = found.map(({ entry, word }, i) => {
        const option = document.createElement("li");
        option.id = `search-result-${i}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.href = entry.u;
        const title = document.createElement("span");
        title.className = "result-title";
        title.textContent = entry.s ? `${entry.p} › ${entry.s}` : entry.p;
        option.append(title, snippet(entry, word));
        option.addEventListener("mousedown", (event) => event.preventDefault());
        option.addEventListener("click", () => go(option));
        return option;
      });
      chosen = -1;
      input.removeAttribute("aria-activedescendant");
      list.replaceChildren(...options);
      const count = options.length;
      const message = count ? `${count} ${count === 1 ? "träff" : "träffar"}` : "Inga träffar";
      status.textContent = query ? message : "";
      if (query && !count) {
        const none = document.createElement("li");
        none.className = "none";
        none.setAttribute("role", "option");
        none.setAttribute("aria-disabled", "true");
        none.textContent = `Inga träffar på ”${query}”.`;
        list.append(none);
      }
      show(Boolean(query));
    };

    input.addEventListener("input", update);
    input.addEventListener("focus", () => { if (input.value.trim()) update(); });
    input.addEventListener("blur", () => show(false));
    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !list.hidden) {
        event.stopPropagation();
        show(false);
      } else if (event.key === "Enter") {
        // Before the form is sent: a frame with sandbox forbids that and tells no script.
        event.preventDefault();
        if (options.length) go(options[Math.max(chosen, 0)]);
      } else if (options.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
        event.preventDefault();
        show(true);
        const step = event.key === "ArrowDown" ? 1 : -1;
        choose((chosen + step + options.length + (chosen < 0 && step < 0 ? 1 : 0)) % options.length);
      }
    });
  }

  // On paper every folded box is open; afterwards it is as the reader left it.
  function printing() {
    let opened = [];
    window.addEventListener("beforeprint", () => {
      opened = all("main details:not([open])");
      opened.forEach((box) => { box.open = true; });
    });
    window.addEventListener("afterprint", () => opened.forEach((box) => { box.open = false; }));
  }

  disclosures();
  tabs();
  contents();
  search();
  printing();
  wholeReport();
  revealTarget();
  window.addEventListener("hashchange", revealTarget);
})();
