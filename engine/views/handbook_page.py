"""The look of a handbook, and the little its page does by itself: everything in one file, nothing fetched from anywhere."""

from __future__ import annotations

STYLE = """
:root { --accent: #1d4f91; --ink: #1b1f24; --faint: #5b6472; --line: #d5dae2; --ground: #f5f6f8; }
* { box-sizing: border-box; }
html { scroll-padding-top: 3.6rem; }
body { margin: 0; color: var(--ink); background: var(--ground); font: 15px/1.75 "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; }
header.top { position: sticky; top: 0; z-index: 2; display: flex; gap: 1rem; align-items: center; flex-wrap: wrap;
  background: #fff; border-bottom: 1px solid var(--line); padding: .5rem 1.2rem; }
header.top b { font-size: 1.05rem; }
header.top nav a { margin-right: .9rem; }
header.top input { margin-left: auto; width: 16rem; max-width: 100%; padding: .3rem .6rem; font: inherit;
  border: 1px solid #8a94a6; border-radius: 4px; }
a { color: var(--accent); text-decoration: none; } a:hover { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
main { max-width: 62rem; margin: 0 auto; padding: 1rem 1.2rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.4; margin: 1rem 0 .3rem; }
h2 { font-size: 1.25rem; margin: 2.2rem 0 .6rem; border-bottom: 2px solid var(--accent); padding-bottom: .2rem; }
h3 { font-size: 1.05rem; margin: 0 0 .3rem; }
h4 { font-size: .95rem; margin: .8rem 0 .2rem; }
p { margin: .3rem 0; } .faint { color: var(--faint); } .small { font-size: .86rem; }
article { background: #fff; border: 1px solid var(--line); border-radius: 6px; padding: .8rem 1.1rem; margin: .8rem 0; }
.words { font-family: "Noto Serif CJK SC", SimSun, serif; font-size: 1.05rem; white-space: pre-wrap; }
.tag { display: inline-block; border: 1px solid currentColor; border-radius: 3px; padding: 0 .4rem; margin-left: .4rem;
  font-size: .78rem; font-weight: normal; color: var(--faint); vertical-align: .1em; }
.tag.must { color: #8f1d14; } .tag.open { color: #8a5a00; } .tag.good { color: #1f6b36; }
.rule { border-left: 3px solid var(--accent); padding: .1rem 0 .1rem .8rem; margin: .6rem 0; }
.note { border-left: 3px solid #b07a00; background: #fff8e8; padding: .3rem .8rem; margin: .5rem 0; }
.question { border-left: 3px solid #8a5a00; padding: .1rem 0 .1rem .8rem; margin: .6rem 0; }
table { border-collapse: collapse; margin: .4rem 0; font-size: .92rem; max-width: 100%; }
th, td { border: 1px solid var(--line); padding: .2rem .6rem; text-align: left; vertical-align: top; }
th { background: #eef1f6; font-weight: 600; }
td.n { text-align: right; font-variant-numeric: tabular-nums; }
ul { margin: .2rem 0 .4rem; padding-left: .6rem; list-style: none; }
figure { margin: .8rem 0; overflow-x: auto; } figure svg { max-width: 100%; height: auto; }
figure svg text { font-family: "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; }
figcaption { font-size: .86rem; color: var(--faint); }
.toc { columns: 3 16rem; background: #fff; border: 1px solid var(--line); border-radius: 6px; padding: .6rem 1.1rem; }
.toc a { display: block; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.hidden { display: none; } #none { padding: 1rem; }
@media print {
  @page { size: A4; margin: 18mm 16mm; @bottom-center { content: counter(page) " / " counter(pages); font-size: 9pt; } }
  body { background: #fff; font-size: 10.5pt; line-height: 1.6; }
  header.top, #none { display: none; } main { max-width: none; padding: 0; }
  article { border: 0; border-bottom: 1px solid var(--line); border-radius: 0; padding: .3rem 0; }
  .toc { columns: 2; border: 0; padding: 0; } a { color: inherit; }
  h2, h3, h4 { break-after: avoid; } figure, .rule, .note, .question, tr { break-inside: avoid; }
  .hidden { display: block; }
}
"""

SCRIPT = """
(function () {
  var box = document.getElementById("find"), none = document.getElementById("none");
  var parts = Array.prototype.slice.call(document.querySelectorAll("main article"));
  var texts = parts.map(function (one) { return one.textContent.replace(/\\s+/g, "").toLowerCase(); });
  function look() {
    var words = box.value.toLowerCase().split(/\\s+/).filter(Boolean), shown = 0;
    parts.forEach(function (one, at) {
      var fits = words.every(function (word) { return texts[at].indexOf(word) >= 0; });
      one.classList.toggle("hidden", !fits);
      if (fits) { shown += 1; }
    });
    none.classList.toggle("hidden", shown > 0);
  }
  box.addEventListener("input", look);
  document.addEventListener("keydown", function (event) {
    if (event.key === "/" && document.activeElement !== box) { event.preventDefault(); box.focus(); }
    if (event.key === "Escape" && document.activeElement === box) { box.value = ""; look(); box.blur(); }
  });
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[href^='#']");
    if (link && box.value) { box.value = ""; look(); }
  });
})();
"""
