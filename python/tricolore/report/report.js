"use strict";
// The page's script: it unpacks the segments, draws the points of the scatter, and lists and opens segments.
// Texts are put in with textContent and createTextNode only, so that they stay texts.
(async () => {
  const $ = (id) => document.getElementById(id);
  const PAGE = 50;

  async function unpacked() {
    const bytes = Uint8Array.from(atob($("data").textContent), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  }

  function make(tag, text, name) {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    if (name) element.className = name;
    return element;
  }

  function options(select, pairs) {
    select.replaceChildren(...pairs.map(([value, text]) => {
      const option = make("option", text);
      option.value = value;
      return option;
    }));
  }

  let data;
  try {
    data = await unpacked();
  } catch {
    $("segments").append(make("p", "This browser cannot unpack the segments: it has no DecompressionStream."));
    return;
  }
  const count = data.numbers.length;
  const several = data.systems.length > 1;
  const state = { figure: 0, system: several ? 1 : 0, across: 0, page: 0, open: -1, order: [] };
  const score = (system, segment) => data.scores[state.figure][system][segment];
  const shown = (value, sign) => {
    const text = value.toFixed(data.figures[state.figure].digits);
    return sign && value > 0 ? "+" + text : text;
  };
  const gain = (segment) => {
    const change = score(state.system, segment) - score(0, segment);
    return data.figures[state.figure].lower ? -change : change;
  };
  const quality = (segment) => (data.figures[state.figure].lower ? -1 : 1) * score(state.system, segment);

  // ---- the list

  const sorts = several
    ? [["loss", "largest loss first"], ["gain", "largest gain first"], ["worst", "worst score first"],
       ["best", "best score first"], ["number", "by number"]]
    : [["worst", "worst score first"], ["best", "best score first"], ["number", "by number"]];
  const keys = {
    loss: gain, gain: (s) => -gain(s), worst: quality, best: (s) => -quality(s), number: (s) => data.numbers[s],
  };

  function matching() {
    const words = $("search").value.toLowerCase();
    const group = data.label ? $("group").value : "";
    const filter = $("filter").value;
    const order = [];
    for (let segment = 0; segment < count; segment++) {
      if (group !== "" && data.label[segment] !== Number(group)) continue;
      if (filter === "worse" && !(gain(segment) < 0)) continue;
      if (filter === "better" && !(gain(segment) > 0)) continue;
      if (filter === "equal" && gain(segment) !== 0) continue;
      if (words && ![...data.references[segment], ...data.predictions.map((own) => own[segment])]
        .some((text) => text.toLowerCase().includes(words))) continue;
      order.push(segment);
    }
    const key = keys[$("sort").value];
    return order.map((segment) => [key(segment), segment]).sort((a, b) => a[0] - b[0] || a[1] - b[1])
      .map((pair) => pair[1]);
  }

  function list() {
    state.order = matching();
    const pages = Math.max(1, Math.ceil(state.order.length / PAGE));
    state.page = Math.min(state.page, pages - 1);
    const head = make("tr");
    head.append(make("th", "segment"));
    if (data.label) head.append(make("th", "group"));
    data.systems.forEach((name) => head.append(make("th", name, "n")));
    if (several) head.append(make("th", "difference", "n"));
    head.append(make("th", "prediction of " + data.systems[state.system], "text"));
    for (const cell of head.children) cell.scope = "col";
    $("list").tHead.replaceChildren(head);
    const rows = state.order.slice(state.page * PAGE, (state.page + 1) * PAGE).map(row);
    $("list").tBodies[0].replaceChildren(...rows);
    $("count").textContent = `${state.order.length} of ${count} segments`;
    $("page").textContent = `page ${state.page + 1} of ${pages}`;
    $("before").disabled = state.page === 0;
    $("after").disabled = state.page === pages - 1;
  }

  function row(segment) {
    const line = make("tr", undefined, segment === state.open ? "open" : "");
    line.dataset.segment = segment;
    const button = make("button", String(data.numbers[segment]));
    button.type = "button";
    button.setAttribute("aria-label", `Open segment ${data.numbers[segment]}`);
    const first = make("td");
    first.append(button);
    line.append(first);
    if (data.label) line.append(make("td", data.labels[data.label[segment]]));
    data.systems.forEach((_, system) => line.append(make("td", shown(score(system, segment)), "n")));
    if (several) {
      const change = score(state.system, segment) - score(0, segment);
      const better = gain(segment);
      line.append(make("td", shown(change, true), "n " + (better > 0 ? "up" : better < 0 ? "down" : "")));
    }
    const text = make("td", undefined, "text");
    const clip = make("span", data.predictions[state.system][segment].slice(0, 300), "clip");
    clip.dir = "auto";
    text.append(clip);
    line.append(text);
    return line;
  }

  // ---- one segment

  function marked(text, marks) {
    const characters = Array.from(text);
    const body = make("p", undefined, "body");
    body.dir = "auto";
    let at = 0;
    for (const [, gap, kind, length] of (marks || "").matchAll(/([0-9a-z]*)([A-Z])([0-9a-z]+)/g)) {
      const start = at + parseInt(gap || "0", 36);
      body.append(characters.slice(at, start).join(""));
      at = start + parseInt(length, 36);
      body.append(make(data.tags[kind], characters.slice(start, at).join(""), "m" + kind));
    }
    body.append(characters.slice(at).join(""));
    if (!characters.length) body.append(make("span", "(empty)", "note"));
    return body;
  }

  function open(segment, focus) {
    state.open = segment;
    const group = data.label ? `, ${data.labels[data.label[segment]]}` : "";
    $("segment-head").textContent = `Segment ${data.numbers[segment]}${group}`;
    const parts = [];
    const own = data.marks[state.figure][state.system][segment].split("|");
    const theirs = new Map(own.slice(1).map((part) => part.split(":")));
    const head = data.figures[state.figure].head;
    data.references[segment].forEach((text, place) => {
      const which = data.references[segment].length > 1 ? ` ${place + 1}` : "";
      parts.push(make("h4", `Reference${which}, with the marks of ${data.systems[state.system]}`));
      // Equal references have equal marks, which are packed once.
      parts.push(marked(text, theirs.get(String(data.references[segment].indexOf(text)))));
    });
    const order = several ? [0, ...data.systems.keys()].filter((s, place) => place === 0 || s !== 0) : [0];
    for (const system of order) {
      parts.push(make("h4", `${data.systems[system]}: ${head} ${shown(score(system, segment))}`));
      parts.push(marked(data.predictions[system][segment], data.marks[state.figure][system][segment].split("|")[0]));
    }
    $("texts").replaceChildren(...parts);
    $("segment").hidden = false;
    document.querySelector(".browser").classList.add("open");
    for (const line of $("list").tBodies[0].rows) line.className = Number(line.dataset.segment) === segment ? "open" : "";
    points();
    const place = state.order.indexOf(segment);
    $("previous").disabled = place <= 0;
    $("next").disabled = place < 0 || place === state.order.length - 1;
    history.replaceState(null, "", `#s${data.numbers[segment]}`);
    if (focus) {
      $("segment-head").focus();
      $("segment").scrollIntoView({ block: "nearest" });
    }
  }

  function step(by) {
    const place = state.order.indexOf(state.open) + by;
    if (place < 0 || place >= state.order.length) return;
    state.page = Math.floor(place / PAGE);
    list();
    open(state.order[place], false);
  }

  function close() {
    const line = [...$("list").tBodies[0].rows].find((own) => Number(own.dataset.segment) === state.open);
    state.open = -1;
    $("segment").hidden = true;
    document.querySelector(".browser").classList.remove("open");
    history.replaceState(null, "", location.pathname + location.search);
    list();
    points();
    const again = line && [...$("list").tBodies[0].rows].find((own) => own.dataset.segment === line.dataset.segment);
    (again ? again.querySelector("button") : $("segments-head").parentElement).focus();
  }

  // ---- the scatter

  const svg = () => document.querySelector(`.charts[data-figure="${state.figure}"] svg.scatter`);

  function points() {
    const frame = svg();
    if (!frame) return;
    const { low, high, start, end, foot, top } = Object.fromEntries(
      Object.entries(frame.dataset).map(([name, value]) => [name, Number(value)]));
    const x = (value) => start + (value - low) / (high - low) * (end - start);
    const y = (value) => foot - (value - low) / (high - low) * (foot - top);
    const circles = [];
    for (let segment = 0; segment < count; segment++) {
      const circle = document.createElementNS("http://www.w3.org/2000/svg", "circle");
      circle.setAttribute("cx", x(score(state.across, segment)).toFixed(1));
      circle.setAttribute("cy", y(score(state.system, segment)).toFixed(1));
      circle.setAttribute("r", segment === state.open ? 6 : 3.5);
      circle.dataset.segment = segment;
      if (segment === state.open) circle.setAttribute("class", "at");
      circles.push(circle);
    }
    if (state.open >= 0) circles.push(circles[state.open]);
    frame.querySelector(".points").replaceChildren(...circles);
    const short = (name) => (name.length <= 40 ? name : "…" + name.slice(-39));
    frame.querySelector(".across").textContent = short(data.systems[state.across]);
    frame.querySelector(".up").textContent = short(data.systems[state.system]);
    frame.parentElement.querySelector("figcaption").textContent =
      `${data.systems[state.system]} against ${data.systems[state.across]}; a point is a segment`;
  }

  function choosers() {
    document.querySelectorAll(".choose").forEach((place) => {
      if (data.systems.length < 3) return;
      const label = make("label", "Against ");
      const select = make("select", undefined, "across-system");
      options(select, data.systems.map((name, system) => [system, name]));
      select.addEventListener("change", () => {
        state.across = Number(select.value);
        document.querySelectorAll(".across-system").forEach((other) => { other.value = select.value; });
        points();
      });
      label.append(select);
      place.append(label);
    });
  }

  document.querySelectorAll("svg.scatter").forEach((frame) => {
    frame.addEventListener("click", (event) => {
      const circle = event.target.closest("circle");
      if (circle) open(Number(circle.dataset.segment), true);
    });
    frame.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (by) {
        event.preventDefault();
        if (state.open >= 0) step(by);
        else if (state.order.length) open(state.order[0], false);
        frame.focus();
      } else if (event.key === "Enter" && state.open >= 0) open(state.open, true);
    });
  });

  // ---- controls

  function choose(figure) {
    state.figure = figure;
    $("figure").value = $("shown-figure").value = String(figure);
    document.querySelectorAll(".charts").forEach((own) => { own.hidden = Number(own.dataset.figure) !== figure; });
    refresh();
  }

  function refresh() {
    state.page = 0;
    list();
    if (state.open >= 0) open(state.open, false);
    else points();
  }

  options($("sort"), sorts);
  options($("filter"), [["all", "all"], ...(several
    ? [["worse", "worse than the baseline"], ["better", "better than the baseline"], ["equal", "equal"]] : [])]);
  options($("system"), data.systems.map((name, system) => [system, name]).slice(several ? 1 : 0));
  options($("group"), [["", "all"], ...data.labels.map((label, place) => [place, label])]);
  document.querySelectorAll(".compared").forEach((own) => { own.hidden = !several; });
  document.querySelectorAll(".grouped").forEach((own) => { own.hidden = !data.label; });
  $("filter").parentElement.hidden = !several;
  $("figure").addEventListener("change", () => choose(Number($("figure").value)));
  $("shown-figure").addEventListener("change", () => choose(Number($("shown-figure").value)));
  $("system").addEventListener("change", () => { state.system = Number($("system").value); refresh(); });
  for (const id of ["sort", "group", "filter"]) $(id).addEventListener("change", refresh);
  $("search").addEventListener("input", refresh);
  $("controls").addEventListener("submit", (event) => event.preventDefault());
  $("before").addEventListener("click", () => { state.page -= 1; list(); });
  $("after").addEventListener("click", () => { state.page += 1; list(); });
  $("previous").addEventListener("click", () => step(-1));
  $("next").addEventListener("click", () => step(1));
  $("close").addEventListener("click", close);
  $("list").addEventListener("click", (event) => {
    const line = event.target.closest("tbody tr");
    if (line) open(Number(line.dataset.segment), true);
  });
  $("list").addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const line = event.target.closest("tbody tr");
    const other = by && line && (by > 0 ? line.nextElementSibling : line.previousElementSibling);
    if (!other) return;
    event.preventDefault();
    other.querySelector("button").focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && state.open >= 0) close();
  });

  document.documentElement.classList.add("script");
  choosers();
  choose(0);
  const asked = data.numbers.indexOf(Number((/^#s(\d+)$/.exec(location.hash) || [])[1]));
  if (asked >= 0) open(asked, true);
})();
