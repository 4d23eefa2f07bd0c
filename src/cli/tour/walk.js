// Why a product is fast, in motion: what is loaded anew walks past what stays, and the loads that are left fall.
//
//   a tile      stays while a column of A and a row of B go along k
//   a sliver    stays while tiles go down A and C
//   a block     stays while slivers go along B and C
//   a panel     stays while blocks go down A and C
//
// What stays was loaded once: the more has passed it, the less of that falls to each multiply-add. After s of S even turns it is near + (far - near) (1/s - 1/S) / (1 - 1/S),
// from `far`, the loads before this cut, to `near`, those with it; both, and S, are in the picture (src/explain/blocks/story.rs).

// What passes, and along which side of B, A and C.
const PASSES = [["term", "项", "height", "width", ""], ["tile", "小块", "", "height", "height"], ["sliver", "条", "width", "", "width"], ["block", "块", "", "height", "height"]];
const FRAMES = 40;

/** Lets each cut walk, by itself where motion is welcome, or step by step; what it gives is called when a part is chosen. */
function walk(place, picture, go) {
  const number = (rect, name) => Number(rect.getAttribute(name)), still = matchMedia("(prefers-reduced-motion: reduce)");
  const cuts = [...picture.querySelectorAll("[data-part]")].flatMap((part, at) => {
    const group = part.querySelector("[data-turns]"), loads = [...part.querySelectorAll("text")].at(-1);
    if (!group) return [];
    const [, b, , a, , c, ...bars] = part.querySelectorAll("rect");
    return { at, areas: [b, a, c], bars, loads, near: Number(loads.textContent), turns: Number(group.dataset.turns) };
  });
  let at = -1, turn = 0, onward = false, timer = 0;
  const [step, play] = [0, 0].map(() => make("button", { type: "button" })), says = make("p", { className: "says" });
  step.append(...both("span", "Step", "单步"));
  place.append(make("div", { className: "controls" }, step, play), says);

  const left = (cut, loads) => {
    cuts[cut].loads.textContent = loads.toFixed(4);
    const [all, bar] = [0, cut + 1].map(k => cuts[cut].bars[k]);
    bar?.setAttribute("width", number(all, "width") * loads / 2);
  };
  const clear = () => {
    picture.querySelectorAll(".moves").forEach(rect => rect.remove());
    if (at >= 0) left(at, cuts[at].near);
    says.replaceChildren();
  };
  const show = to => {
    clear();
    turn = to;
    const { areas, turns, near } = cuts[at], [en, zh, ...sides] = PASSES[at], far = cuts[at - 1]?.near ?? near;
    areas.forEach((area, k) => {
      if (!sides[k]) return;
      const rect = area.cloneNode(), from = sides[k] === "width" ? "x" : "y", whole = number(area, sides[k]);
      rect.setAttribute("class", "moves");
      rect.setAttribute(sides[k], Math.max(whole / turns, 2));
      rect.setAttribute(from, number(area, from) + whole * (turn - 1) / turns);
      area.after(rect);
    });
    const loads = turns > 1 ? near + (far - near) * (1 / turn - 1 / turns) / (1 - 1 / turns) : near;
    left(at, loads);
    says.replaceChildren(...both("span", `${en} ${turn} of ${turns}: ${loads.toFixed(4)} loads per multiply-add so far`, `${zh} ${turn} / ${turns}：到此每次乘加加载 ${loads.toFixed(4)} 次`));
  };
  const set = (running, delay) => {
    clearTimeout(timer);
    timer = running ? setTimeout(tick, delay) : 0;
    says.ariaLive = running ? "off" : "polite"; // (Not every frame is read out.)
    play.replaceChildren(...(running ? both("span", "Pause", "暂停") : both("span", "Play", "播放")));
  };
  const start = () => set(true, Math.min(600, 4000 / Math.min(cuts[at].turns, FRAMES)));
  /** One turn further, or some where there are many; else on to the next cut, if there is one. */
  const next = (by, onward) => {
    const { turns } = cuts[at] ?? {};
    if (at >= 0 && turn < turns) return show(Math.min(turn + by, turns)), true;
    if (onward && at + 1 < cuts.length) return go(cuts[at + 1].at, true), true;
    return false;
  };
  const tick = () => (next(Math.ceil(cuts[at].turns / FRAMES), onward) ? start() : set(onward = false));
  step.onclick = () => {
    onward = false;
    next(1, true);
    set(false);
    if (turn === 0) show(1);
  };
  play.onclick = () => {
    onward = !timer;
    if (timer) return set(false);
    if (at < 0 || (at + 1 === cuts.length && turn === cuts[at].turns)) { at = -1; next(1, true); }
    start();
  };
  const rest = () => { set(false); clear(); };
  rest();
  addEventListener("beforeprint", rest);
  return part => {
    rest();
    [at, turn] = [cuts.findIndex(cut => cut.at === part), 0];
    onward &&= at >= 0;
    if (at >= 0 && (onward || !still.matches)) { show(1); start(); }
  };
}
