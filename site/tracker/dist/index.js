// src/engagement.js
var WORTH_TELLING = 3e3;
var url;
var seen;
var height;
var told;
var time;
var since;
function clock() {
  const now = performance.now();
  if (since) time += now - since;
  since = !document.hidden && document.hasFocus() && now;
}
function measure() {
  if (document.hidden) return;
  height = document.documentElement.scrollHeight;
  seen = Math.max(seen, scrollY + innerHeight);
}
function enter() {
  url = location.href;
  seen = time = 0;
  told = -1;
  since = false;
  clock();
}
function leave() {
  clock();
  if (!seen) measure();
  const depth = Math.min(100, Math.round(seen / height * 100));
  if (!seen || !url || depth <= told && time < WORTH_TELLING) return;
  send({ n: "engagement", sd: depth, e: Math.round(time) }, url);
  told = Math.max(told, depth);
  time = 0;
}
function watchEngagement() {
  for (const type of ["focus", "blur"]) addEventListener(type, clock);
  document.addEventListener("visibilitychange", () => whenSeen(document.hidden ? leave : clock));
  addEventListener("pagehide", () => whenSeen(leave));
  addEventListener("scroll", measure, { passive: true });
  new ResizeObserver(measure).observe(document.documentElement);
}

// src/links.js
var FILES = /\.(7z|avi|csv|dmg|docx?|epub|exe|gz|iso|key|m4[av]|midi?|mov|mp[34]|mpe?g|msi|od[pst]|pdf|pkg|pp[st]x?|rar|rtf|tar|tgz|txt|wav|wm[av]|xlsx?|zip)$/i;
function tell(event) {
  const link = event.composedPath().find((node) => node.protocol);
  if (event.button > 1 || !/^http/.test(link.protocol)) return;
  if (link.hasAttribute("download") || FILES.test(link.pathname)) {
    send({ n: "File Download", p: { url: link.origin + link.pathname } });
  } else if (link.host != location.host) {
    send({ n: "Outbound Link: Click", p: { url: link.href.replace(/\/\/[^/]*@/, "//") } });
  }
}
function watchLinks() {
  for (const type of ["click", "auxclick"]) {
    document.addEventListener(type, (event) => whenSeen(() => tell(event)), true);
  }
}

// src/core.js
var options;
var counted;
var referrer;
var page = () => location.pathname + (options.hash ? location.hash : "");
function isIgnored() {
  try {
    const kept = localStorage;
    return kept.milepost_ignore || kept.plausible_ignore == "true" || kept["umami.disabled"] || kept.skipgc == "t";
  } catch {
  }
}
function send(event, url2, told2) {
  if (isIgnored()) return told2 && told2();
  event.u = (url2 || location.href).slice(0, 2e3);
  event.d = options.domain || location.hostname;
  event.w = innerWidth;
  if (options.hash) event.h = 1;
  const body = JSON.stringify(event);
  if (window.fetch && "keepalive" in Request.prototype) {
    fetch(options.api, { method: "POST", body, keepalive: true, credentials: "omit" }).catch((error) => ({ error })).then(told2);
  } else {
    navigator.sendBeacon(options.api, body);
    told2 && told2();
  }
}
function whenSeen(action) {
  if (document.prerendering) document.addEventListener("prerenderingchange", () => whenSeen(action), { once: true });
  else try {
    action();
  } catch {
  }
}
function obeySwitch() {
  const [, act] = /^#milepost-(ignore|count)$/.exec(location.hash) || [];
  if (!act) return;
  if (act == "ignore") localStorage.milepost_ignore = true;
  else localStorage.removeItem("milepost_ignore");
  alert(`Milepost ${isIgnored() ? "ignores" : "counts"} this browser`);
  history.replaceState(history.state, "", location.pathname + location.search);
}
function view() {
  whenSeen(obeySwitch);
  if (page() === counted) return;
  if (true) leave();
  counted = page();
  send({ n: "pageview", r: referrer || null });
  referrer = null;
  if (options.engagement) enter();
}
function start(given) {
  const there = window.milepost;
  if (typeof there == "function" && !there.q || !/^http/.test(location.protocol)) return;
  options = given;
  referrer = document.referrer;
  const track2 = (n, more) => whenSeen(() => {
    const { props, revenue, interactive, url: url2, callback } = more || {};
    send({ n, p: props, $: revenue, i: interactive }, url2, callback);
  });
  window.milepost = track2;
  if (options.engagement) whenSeen(watchEngagement);
  if (options.links) whenSeen(watchLinks);
  whenSeen(view);
  if (options.missing) track2("404", { props: { path: location.pathname }, interactive: false });
  whenSeen(() => there?.q.forEach((call) => track2(...call)));
  addEventListener("popstate", () => whenSeen(view));
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    counted = null;
    whenSeen(view);
  });
  const push = history.pushState;
  history.pushState = function(...state) {
    counted && (counted = page());
    push.apply(this, state);
    whenSeen(view);
  };
}

// src/npm.js
function init(options2) {
  try {
    start({ links: true, engagement: true, ...options2 });
  } catch {
  }
}
function track(name, options2) {
  if (typeof window != "undefined") window.milepost?.(name, options2);
}
export {
  init,
  track
};
