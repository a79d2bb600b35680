"use strict";
const on = document.querySelector("nav a[rel=next]"), back = document.querySelector("nav a[rel=prev]");
const rtl = "rtl" in document.body.dataset;
const follow = link => { if (link) link.click(); };
const turn = number => { location.search = "?page=" + number; };
const last = document.querySelector("input[name=page]").max;
const keys = {
  ArrowRight: () => follow(rtl ? back : on), ArrowLeft: () => follow(rtl ? on : back),
  PageDown: () => follow(on), PageUp: () => follow(back), n: () => follow(on), p: () => follow(back),
  Home: () => turn(1), End: () => turn(last), Escape: () => { location.href = "/"; },
};
addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.tagName === "INPUT" || !keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
});
if (on) new Image().src = on.dataset.picture; // drawn while this page is read
